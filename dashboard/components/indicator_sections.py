"""What an indicator's page says besides its charts: its percentage explained, its targets over time, the notes."""

from typing import Any

from dashboard.access.registry import PageContext
from dashboard.components.figure_parts import amount_cell, number_link
from dashboard.components.markup import dcc, tags
from dashboard.components.tables import build_table
from dashboard.selection import make_address
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.indicator_details import SiteNote, YearTarget
from etl.queries.indicator_history import IndicatorHistory
from etl.wording import append_unit, describe_headline, describe_needed_pace
from etl.wording.explanations import explain_figure

_NOTES_SHOWN = 20


def build_explanation(history: IndicatorHistory, request: PageContext) -> Any:
    """The headline as a sum with its numbers, then each number by its name."""
    locale, _ = request.locale, request.gettext
    figure, indicator = history.figure, history.indicator
    facts = [
        (_("Actual"), number_link(figure, indicator, request.selection)),
        (_("Baseline"), amount_cell(figure.baseline, indicator, locale)),
        (_("Target"), amount_cell(figure.target, indicator, locale)),
        (_("Expected by now"), amount_cell(figure.expected, indicator, locale)),
    ]
    if figure.counted_quarter is not None:
        facts.append((_("Judged at"), locale.format_quarter(figure.counted_quarter)))
    if figure.actual.numerator is not None and figure.actual.denominator is not None:
        facts.append(
            (_("Numerator"), f"{figure.actual.numerator:,f} · {indicator.numerator.in_language(locale.language)}")
        )
        facts.append(
            (_("Denominator"), f"{figure.actual.denominator:,f} · {indicator.denominator.in_language(locale.language)}")
        )
    needed = describe_needed_pace(figure.outlook, indicator, locale)
    if needed:
        facts.append((_("Still needed"), needed))
    if figure.outlook is not None and figure.outlook.projected is not None:
        end = locale.format_amount(figure.outlook.projected, indicator.decimals)
        facts.append((_("At the recent pace"), append_unit(end, indicator, locale)))
    if figure.deciding_returns:
        places = ", ".join(f"{one.site} {locale.format_quarter(one.quarter)}" for one in figure.deciding_returns)
        facts.append((_("Returns that decide"), places))
    listed = [item for name, fact in facts for item in (tags.Dt(name), tags.Dd(fact))]
    sentences = [tags.P(one) for one in explain_figure(figure, indicator, locale)]
    heading = _("How is {share} computed?", share=describe_headline(figure, locale))
    return tags.Section([tags.H2(heading), *sentences, tags.Dl(listed)], className="explain")


def build_target_history(targets: tuple[YearTarget, ...], indicator: Indicator, request: PageContext) -> Any:
    """Every year's target by each version of the plan, the newest first, with where it comes from."""
    _, locale = request.gettext, request.locale
    if not targets:
        return tags.Section([tags.H2(_("Targets over time")), tags.P(_("The plan has no target for it."))])
    versions = [version for version, *_ in targets[0].versions][::-1]
    names = [
        _("Version {number}, from {day}", number=one.number, day=locale.format_day(one.effective)) for one in versions
    ]
    rows = [
        [
            str(one.year),
            *(_target(told, indicator, locale) for told in reversed(one.versions)),
            " · ".join(dict.fromkeys(text for told in reversed(one.versions) for text in told[2:] if text)) or "–",
        ]
        for one in targets
    ]
    header = (_("Year"), *names, _("Source and reason"))
    numeric = tuple(range(1, len(names) + 1))
    revised = sum(one.is_revised for one in targets)
    said = (
        _("{count} of {all} targets were revised.", count=revised, all=len(targets))
        if revised
        else _("No target has been revised.")
    )
    table = build_table(_("Targets over time"), header, rows, numeric=numeric, table_id="target-history")
    return tags.Section([tags.H2(_("Targets over time")), tags.P(said), table])


def _target(told: tuple[Any, ...], indicator: Indicator, locale: Locale) -> Any:
    return "–" if told[1] is None else amount_cell(told[1], indicator, locale)


def build_notes(notes: tuple[SiteNote, ...], plan: Plan, request: PageContext) -> Any:
    """What the sites wrote beside the numbers; nothing where they wrote nothing."""
    _, locale = request.gettext, request.locale
    if not notes:
        return None
    labels = {f"{part.indicator}/{part.key}": part.label.in_language(locale.language) for part in plan.parts}
    rows = [
        [
            dcc.Link(
                plan.site_by_code[one.site].name.in_language(locale.language)
                if one.site in plan.site_by_code
                else one.site,
                href=make_address(request.selection, f"/staff/site/{one.site}"),
            ),
            locale.format_quarter(one.quarter),
            labels.get(str(one.key), one.key.part or _("whole")),
            one.note,
        ]
        for one in notes[:_NOTES_SHOWN]
    ]
    header = (_("Site"), _("Quarter"), _("Number"), _("Note"))
    more = len(notes) - _NOTES_SHOWN
    said = [tags.P(_("{count} more are not shown.", count=more), className="key")] if more > 0 else []
    table = build_table(_("The sites' notes"), header, rows, table_id="notes")
    return tags.Section([tags.H2(_("The sites' notes")), table, *said])
