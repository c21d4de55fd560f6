"""What an indicator's page says besides its charts: its percentage explained, its targets over time, the notes."""

from typing import Any

from dashboard.access.registry import PageRequest
from dashboard.components.figure_parts import amount_cell, number_link
from dashboard.components.plain import dcc, html
from dashboard.components.tables import build_table
from dashboard.selection import address_of
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import format_amount, format_day, format_quarter
from etl.queries.indicator_details import SiteNote, TargetOfYear
from etl.queries.indicator_history import IndicatorHistory
from etl.wording import headline_words, needed_words, with_unit
from etl.wording.explaining import explain_words

_NOTES_SHOWN = 20


def build_explanation(history: IndicatorHistory, request: PageRequest) -> Any:
    """The headline as a sum with its numbers, then each number by its name."""
    language, say = request.language, request.say
    figure, indicator = history.figure, history.indicator
    facts = [
        (say("Actual"), number_link(figure, indicator, request.selection)),
        (say("Baseline"), amount_cell(figure.baseline, indicator, language)),
        (say("Target"), amount_cell(figure.target, indicator, language)),
        (say("Expected by now"), amount_cell(figure.expected, indicator, language)),
    ]
    if figure.counted_quarter is not None:
        facts.append((say("Judged at"), format_quarter(figure.counted_quarter, language)))
    if figure.actual.numerator is not None and figure.actual.denominator is not None:
        facts.append((say("Numerator"), f"{figure.actual.numerator:,f} · {indicator.numerator.in_language(language)}"))
        facts.append(
            (say("Denominator"), f"{figure.actual.denominator:,f} · {indicator.denominator.in_language(language)}")
        )
    needed = needed_words(figure.outlook, indicator, language)
    if needed:
        facts.append((say("Still needed"), needed))
    if figure.outlook is not None and figure.outlook.projected is not None:
        end = format_amount(figure.outlook.projected, indicator.decimals, language)
        facts.append((say("At the recent pace"), with_unit(end, indicator, language)))
    if figure.deciding:
        places = ", ".join(f"{one.site} {format_quarter(one.quarter, language)}" for one in figure.deciding)
        facts.append((say("Returns that decide"), places))
    listed = [item for name, fact in facts for item in (html.Dt(name), html.Dd(fact))]
    sentences = [html.P(one) for one in explain_words(figure, indicator, language)]
    heading = say("How is {share} computed?", share=headline_words(figure, language))
    return html.Section([html.H2(heading), *sentences, html.Dl(listed)], className="explain")


def build_target_history(found: tuple[TargetOfYear, ...], indicator: Indicator, request: PageRequest) -> Any:
    """Every year's target by each version of the plan, the newest first, with where it comes from."""
    say, language = request.say, request.language
    if not found:
        return html.Section([html.H2(say("Targets over time")), html.P(say("The plan has no target for it."))])
    versions = [version for version, *_ in found[0].versions][::-1]
    names = [
        say("Version {number}, from {day}", number=one.number, day=format_day(one.effective, language))
        for one in versions
    ]
    rows = [
        [
            str(one.year),
            *(_target(told, indicator, language) for told in reversed(one.versions)),
            " · ".join(dict.fromkeys(text for told in reversed(one.versions) for text in told[2:] if text)) or "–",
        ]
        for one in found
    ]
    header = (say("Year"), *names, say("Source and reason"))
    numeric = tuple(range(1, len(names) + 1))
    revised = sum(one.was_revised for one in found)
    said = (
        say("{count} of {all} targets were revised.", count=revised, all=len(found))
        if revised
        else say("No target has been revised.")
    )
    table = build_table(say("Targets over time"), header, rows, numeric=numeric, table_id="target-history")
    return html.Section([html.H2(say("Targets over time")), html.P(said), table])


def _target(told: tuple[Any, ...], indicator: Indicator, language: str) -> Any:
    return "–" if told[1] is None else amount_cell(told[1], indicator, language)


def build_notes(notes: tuple[SiteNote, ...], plan: Plan, request: PageRequest) -> Any:
    """What the sites wrote beside the numbers; nothing where they wrote nothing."""
    say, language = request.say, request.language
    if not notes:
        return None
    labels = {f"{part.indicator}/{part.key}": part.label.in_language(language) for part in plan.parts}
    rows = [
        [
            dcc.Link(
                plan.site_by_code[one.site].name.in_language(language) if one.site in plan.site_by_code else one.site,
                href=address_of(request.selection, f"/staff/site/{one.site}"),
            ),
            format_quarter(one.quarter, language),
            labels.get(str(one.key), one.key.part or say("whole")),
            one.note,
        ]
        for one in notes[:_NOTES_SHOWN]
    ]
    header = (say("Site"), say("Quarter"), say("Number"), say("Note"))
    more = len(notes) - _NOTES_SHOWN
    said = [html.P(say("{count} more are not shown.", count=more), className="key")] if more > 0 else []
    table = build_table(say("The sites' notes"), header, rows, table_id="notes")
    return html.Section([html.H2(say("The sites' notes")), table, *said])
