"""The catalogue of findings is complete, and findings are rendered, sorted and listed correctly."""

import json
import re
from pathlib import Path

import pytest

from etl.indicators.vocabulary import LocalizedText
from etl.locale import get_locale
from etl.returns.findings.finding import (
    CATALOGUE,
    MAX_LISTED_FINDINGS,
    Severity,
    list_findings,
    make_finding,
    render_message,
    serialize_finding,
    sort_findings,
)
from tests.returns.intake_cases import assert_worded

ROOT = Path(__file__).resolve().parents[2]


def test_every_code_has_a_section_in_docs_findings_with_its_severity():
    sections = dict(re.findall(r"^### (\S+)\n\n\*(\w+)\*", (ROOT / "docs/findings.md").read_text(), re.MULTILINE))
    assert sections == {kind.code: kind.severity.value for kind in CATALOGUE.values()}


def test_codes_are_lower_case_words_joined_by_hyphens():
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in CATALOGUE)


def test_a_finding_is_rendered_in_both_languages():
    finding = make_finding(
        "part-over-total", sheet="Return", cell="F14", label="Women", part=18, total=12, total_cell="F15"
    )
    assert serialize_finding(finding, get_locale("en")) == {
        "code": "part-over-total",
        "severity": "error",
        "sheet": "Return",
        "cell": "F14",
        "key": "",
        "message": "Women (18) is more than the total (12).",
        "advice": "Check F14 and F15.",
        "suggestion": "",
        "parameters": {"label": "Women", "part": "18", "total": "12", "total_cell": "F15"},
    }
    assert "18" in render_message(finding, get_locale("km")) and render_message(
        finding, get_locale("km")
    ) != render_message(finding, get_locale("en"))
    json.dumps(serialize_finding(finding, get_locale("km")))


def test_plan_texts_are_rendered_in_the_language_of_the_reader():
    blank = make_finding("cell-blank", sheet="Return", cell="F1", key="k", label=LocalizedText("Area", "ផ្ទៃដី"))
    assert render_message(blank, get_locale("en")).startswith("Area (k)") and render_message(
        blank, get_locale("km")
    ).startswith("ផ្ទៃដី")
    nameless = make_finding("cell-blank", sheet="Return", cell="F1", key="k", label=LocalizedText("Area"))
    assert render_message(nameless, get_locale("km")).startswith("Area")


def test_braces_in_entered_text_are_not_placeholders():
    assert (
        render_message(make_finding("number-unreadable", found="{cell} {0} {"), get_locale("en"))
        == "{cell} {0} { is not a number."
    )


def test_an_unknown_code_raises_key_error():
    with pytest.raises(KeyError):
        make_finding("no-such-code")


def test_errors_come_first_then_cells_in_row_order():
    findings = [
        make_finding("cell-blank", sheet="Return", cell="F2", label="x", key="k"),
        make_finding("number-date", sheet="Return", cell="F10", found="x"),
        make_finding("number-date", sheet="Return", cell="AA9", found="x"),
        make_finding("number-date", sheet="Return", cell="F9", found="x"),
    ]
    assert [finding.cell for finding in sort_findings(findings)] == ["F9", "AA9", "F10", "F2"]


def test_duplicate_findings_are_removed():
    assert len(sort_findings([make_finding("file-empty"), make_finding("file-empty")])) == 1


def test_at_most_500_findings_are_listed_and_all_are_counted():
    findings = [make_finding("number-date", sheet="Return", cell=f"F{row}", found="x") for row in range(1, 701)]
    listed = list_findings([*findings, make_finding("quarter-early", quarter="2025Q3", end="2025-09-30")])
    assert (len(listed.findings), listed.total) == (MAX_LISTED_FINDINGS, 701)
    assert dict(listed.counts) == {Severity.ERROR: 700, Severity.WARNING: 1, Severity.NOTE: 0}
    assert listed.is_blocking


def test_warnings_alone_do_not_block():
    assert not list_findings([make_finding("quarter-early", quarter="2025Q3", end="2025-09-30")]).is_blocking


def test_a_finding_without_a_location_can_be_rendered():
    assert_worded((make_finding("number-error-cell", found="#REF!"),))
