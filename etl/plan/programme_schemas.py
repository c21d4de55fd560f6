"""Schemas of the plan files about programmes."""

from etl.plan.columns import (
    FileSchema,
    make_bilingual_columns,
    make_choice_column,
    make_code_column,
    make_reference_column,
    make_text_column,
)

PROVENANCE = ("illustrative", "sourced", "official")

PROGRAMMES = FileSchema(
    "programmes",
    "Programmes",
    (
        make_code_column("the programme's code"),
        *make_bilingual_columns("name", "name", "its name", required=True, khmer_expected=False),
        make_text_column("kind", "kind", "network, programme, development partner ..."),
        *make_bilingual_columns("note", "note", "a sentence about it", khmer_expected=False),
        make_text_column("source", "source", "where it comes from"),
    ),
    ("code",),
)

INDICATOR_PROGRAMMES = FileSchema(
    "indicator_programmes",
    "Indicator programmes",
    (
        make_reference_column("indicator", "indicators", "the indicator"),
        make_reference_column("programme", "programmes", "the programme that it supports or reports to"),
        make_choice_column("provenance", "where this comes from", PROVENANCE, required=False),
    ),
    ("indicator", "programme"),
)
