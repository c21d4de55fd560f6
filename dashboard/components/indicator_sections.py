"""Sections of an indicator's page: the explained percentage, targets over time, and notes."""

from dataclasses import replace
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.figure_parts import (
    build_amount_cell,
    build_bare_share_cell,
    build_number_link,
    build_part_table,
    build_target_cell,
)
from dashboard.components.marks import build_badge
from dashboard.components.markup import dcc, tags
from dashboard.components.site_choice import build_province_link
from dashboard.components.tables import build_table, describe_hidden_rows
from dashboard.selection import make_address
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.indicator_details import SiteNote, YearTarget
from etl.queries.indicator_history import IndicatorHistory
from etl.wording import append_unit, describe_headline, describe_needed_pace, get_share_name
from etl.wording.explanations import explain_figure
from etl.wording.participations import describe_part

_MAX_NOTES = 20


def build_explanation(history: IndicatorHistory, page: PageContext) -> Any:
    """Return the calculation of the headline and a list of the numbers in it."""
    locale, _ = page.locale, page.gettext
    figure, indicator = history.figure, history.indicator
    facts = [
        (_("Actual"), build_number_link(figure, indicator, page.selection)),
        (_("Baseline"), build_amount_cell(figure.baseline, indicator, locale)),
        (_("Target"), build_target_cell(figure, indicator, locale)),
        (_("Expected by now"), build_amount_cell(figure.expected, indicator, locale)),
    ]
    if figure.counted_quarter is not None:
        facts.append((_("Assessed at"), locale.format_quarter(figure.counted_quarter)))
    if figure.actual.numerator is not None and figure.actual.denominator is not None:
        facts.append(
            (_("Numerator"), f"{figure.actual.numerator:,f} · {indicator.numerator.get_text(locale.language)}")
        )
        facts.append(
            (_("Denominator"), f"{figure.actual.denominator:,f} · {indicator.denominator.get_text(locale.language)}")
        )
    needed_pace = describe_needed_pace(figure.outlook, indicator, locale)
    if needed_pace:
        facts.append((_("Still needed"), needed_pace))
    if figure.outlook is not None and figure.outlook.projected is not None:
        end = locale.format_amount(figure.outlook.projected, indicator.decimals)
        facts.append((_("At the recent pace"), append_unit(end, indicator, locale)))
    if figure.deciding_returns:
        deciding_returns = ", ".join(
            f"{key.site} {locale.format_quarter(key.quarter)}" for key in figure.deciding_returns
        )
        facts.append((_("Returns it depends on"), deciding_returns))
    items = [item for name, fact in facts for item in (tags.Dt(name), tags.Dd(fact))]
    sentences = [tags.P(sentence) for sentence in explain_figure(figure, indicator, locale)]
    return tags.Div([*sentences, tags.Dl(items)], className="explain")


def make_explanation_title(history: IndicatorHistory, page: PageContext) -> str:
    """Return the heading above the calculation."""
    if history.indicator.is_stage:
        return page.gettext("How the stage is assessed")
    return page.gettext("How {share} is calculated", share=describe_headline(history.figure, page.locale))


def build_part_targets(history: IndicatorHistory, page: PageContext) -> Any:
    """Return a table of the parts that have targets of their own; None without such parts."""
    title, indicator = page.gettext("Parts with targets of their own"), history.indicator
    parts = [(indicator, part, figure) for part, figure in history.progress.parts]
    if not parts:
        return None
    table = build_part_table(title, parts, page.selection, table_id="part-targets")
    return table


def build_provinces(history: IndicatorHistory, page: PageContext) -> Any:
    """Return a table of the provinces, each against its own target; None for fewer than two."""
    if len(history.provinces) < 2:
        return None
    _, locale, indicator = page.gettext, page.locale, history.indicator
    share = get_share_name(history.figure, locale)
    header = (_("Province"), _("Actual"), _("Target"), f"% {share}" if share else _("Share"), _("Rating"))
    rows = [
        [
            build_province_link(page, province),
            build_number_link(figure, indicator, replace(page.selection, sites=province)),
            build_target_cell(figure, indicator, locale),
            build_bare_share_cell(figure, history.figure, locale, site=province.code),
            build_badge(figure.rating, locale),
        ]
        for province, figure in history.provinces
    ]
    table = build_table(_("By province"), header, rows, numeric=(1, 2, 3), table_id="provinces", stacks=True)
    return table


def build_target_history(targets: tuple[YearTarget, ...], indicator: Indicator, page: PageContext) -> Any:
    """Return a table of each year's target in each version of the plan, newest first, with sources."""
    _, locale = page.gettext, page.locale
    if not targets:
        return tags.P(_("The plan has no target for this indicator."))
    versions = [version for version, *_ in targets[0].versions][::-1]
    names = [
        _("Version {number}, from {day}", number=version.number, day=locale.format_day(version.effective))
        for version in versions
    ]
    rows = [
        [
            " · ".join([str(target.year), *([describe_part(target.part, locale)] if target.part else [])]),
            *(_build_target(version, indicator, locale) for version in reversed(target.versions)),
            " · ".join(dict.fromkeys(text for version in reversed(target.versions) for text in version[2:] if text))
            or "–",
        ]
        for target in targets
    ]
    header = (_("Year"), *names, _("Source and reason"))
    numeric = tuple(range(1, len(names) + 1))
    revised = sum(target.is_revised for target in targets)
    summary = (
        locale.ngettext(
            "{count} of {all} target was revised.",
            "{count} of {all} targets were revised.",
            len(targets),
            count=revised,
            all=len(targets),
        )
        if revised
        else _("No target has been revised.")
    )
    table = build_table(_("Targets over time"), header, rows, numeric=numeric, table_id="target-history")
    return tags.Div([tags.P(summary), table])


def _build_target(version: tuple[Any, ...], indicator: Indicator, locale: Locale) -> Any:
    return "–" if version[1] is None else build_amount_cell(version[1], indicator, locale)


def build_notes(notes: tuple[SiteNote, ...], plan: Plan, page: PageContext) -> Any:
    """Return a table of the notes that sites wrote beside their numbers; None without notes."""
    _, locale = page.gettext, page.locale
    if not notes:
        return None
    labels = {
        f"{code}/{part.key}": describe_part(part, locale)
        for code in {note.key.indicator for note in notes}
        for part in plan.list_parts_and_participations(code)
    }
    rows = [
        [
            dcc.Link(
                plan.site_by_code[note.site].name.get_text(locale.language)
                if note.site in plan.site_by_code
                else note.site,
                href=make_address(page.selection, f"/staff/site/{note.site}"),
            ),
            locale.format_quarter(note.quarter),
            labels.get(str(note.key), note.key.part or _("whole")),
            note.note,
        ]
        for note in notes[:_MAX_NOTES]
    ]
    header = (_("Site"), _("Quarter"), _("Number"), _("Note"))
    more = len(notes) - _MAX_NOTES
    notes_left_out = [tags.P(describe_hidden_rows(more, locale), className="key")] if more > 0 else []
    table = build_table(_("Notes from sites"), header, rows, table_id="notes")
    return tags.Div([table, *notes_left_out])
