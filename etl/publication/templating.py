"""Render the Jinja2 templates of public pages and of the meeting pack."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from etl.database.column_types import format_digits
from etl.exports.figure_rows import serialize_amount
from etl.indicators.stage_words import describe_stages
from etl.indicators.vocabulary import LocalizedText
from etl.locale import Locale
from etl.publication import svg
from etl.publication.rating_styles import RATING_STYLES
from etl.publication.signs import draw_sign
from etl.publication.trend import draw_trend
from etl.publisher import LICENCES
from etl.wording import (
    SHARE_NAMES,
    append_unit,
    describe_amount,
    describe_completeness,
    describe_headline_share,
    describe_rating,
    describe_rating_counts,
    describe_remaining_need,
    describe_unit,
    get_share_name,
    make_rating_counts_title,
)
from etl.wording.abbreviations import explain_abbreviations
from etl.wording.editions import (
    describe_edition_completeness,
    describe_edition_period,
    describe_edition_share,
    describe_edition_source,
    describe_missing_value,
    describe_rated_period,
    describe_restatement_count,
    format_edition_calculation,
    format_edition_share,
    format_number,
    get_shown_value,
    get_small_count_limit,
    list_edition_notices,
    make_edition_figure_title,
    summarize_edition_completeness,
)
from etl.wording.participations import PARTICIPATIONS_LABEL, describe_new_people, describe_number_name
from etl.wording.target_revisions import describe_edition_revisions, describe_target_revisions

TEMPLATES = Path(__file__).with_name("templates")

_FUNCTIONS = (
    append_unit,
    list_edition_notices,
    describe_amount,
    describe_completeness,
    describe_edition_completeness,
    describe_edition_period,
    describe_edition_share,
    describe_edition_source,
    describe_headline_share,
    describe_missing_value,
    describe_edition_revisions,
    describe_new_people,
    describe_number_name,
    describe_rated_period,
    describe_rating,
    describe_rating_counts,
    describe_remaining_need,
    describe_restatement_count,
    describe_target_revisions,
    describe_stages,
    describe_unit,
    make_edition_figure_title,
    format_edition_calculation,
    format_edition_share,
    format_number,
    format_digits,
    make_rating_counts_title,
    serialize_amount,
    get_share_name,
    get_shown_value,
    get_small_count_limit,
    summarize_edition_completeness,
    svg.draw_bullet,
    svg.draw_line,
    svg.draw_strip,
    draw_sign,
    draw_trend,
    explain_abbreviations,
)
"""The functions that templates may call. Templates pass their own `locale`."""


@cache
def get_environment() -> Environment:
    """Return the environment: every value is escaped, an undefined name is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["in_language"] = _select_language
    environment.filters["as_words"] = _detect_language
    environment.globals.update({function.__name__: function for function in _FUNCTIONS})
    environment.globals.update(
        RATING_STYLES=RATING_STYLES,
        SHARE_NAMES=SHARE_NAMES,
        PARTICIPATIONS_LABEL=PARTICIPATIONS_LABEL,
        licences=LICENCES,
    )
    return environment


def render_template(name: str, locale: Locale, **context: object) -> str:
    """Render a template with `locale` and its translation functions `_` and `ngettext`."""
    template = get_environment().get_template(name)
    return template.render(locale=locale, _=locale.gettext, ngettext=locale.ngettext, **context)


def _detect_language(text: str) -> LocalizedText:
    """Return a text that a person wrote. Its language is Khmer if it has Khmer letters."""
    return LocalizedText(text, text if any("\u1780" <= letter <= "\u17ff" for letter in text) else "")


@pass_context
def _select_language(context: Context, text: LocalizedText) -> str:
    locale: Locale = context["locale"]
    return text.get_text(locale.language)
