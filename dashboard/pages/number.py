"""Where a number comes from: its formula in words and each cell behind it, down to the file."""

from dataclasses import replace
from typing import Any

from dash import dcc, html

from dashboard.asking import asking_of
from dashboard.components.states import build_no_plan, build_nothing_reported, build_unknown
from dashboard.components.tables import build_table
from dashboard.registry import PageRequest, registry
from dashboard.selection import address_of
from etl.exports.figure_rows import plain_number
from etl.indicators.periods import find_period
from etl.language import format_day, format_quarter, speak
from etl.questions.number_source import NumberSource, number_source
from etl.wording import amount_words, completeness_words, how_computed, period_words, with_unit


@registry.page("/staff/number/<code>/<period>", title="Where {code} comes from", permission="staff", kept=True)
def build_number(request: PageRequest) -> Any:
    """The cells behind one figure of the chosen sites and the period in the address."""
    asking = asking_of(request)
    if asking is None:
        return build_no_plan(request.language)
    period = find_period(request.codes["period"])
    found = (
        None if period is None else number_source(request.source, replace(asking, period=period), request.codes["code"])
    )
    if found is None:
        return build_unknown(request, [(one.code, one.name) for one in asking.plan.indicators], "indicator")
    language = request.language
    say = speak(language)
    indicator, figure = found.indicator, found.figure
    amount = with_unit(amount_words(figure.actual.amount, indicator, language), indicator, language)
    return [
        html.P(
            dcc.Link(
                indicator.name.in_language(language),
                href=address_of(request.selection, f"/staff/indicator/{indicator.code}"),
            ),
            className="crumb",
        ),
        html.H1(say("{amount}: where it comes from", amount=amount)),
        html.P(" · ".join([period_words(figure.asked, language), ", ".join(figure.sites)]), className="sub"),
        html.P(_made(found, language)),
        html.P(how_computed(figure, indicator, language)),
        html.P(completeness_words(figure.actual, language), className="muted"),
        build_nothing_reported(asking, language),
        _inputs(found, language),
    ]


def _made(found: NumberSource, language: str) -> str:
    """How the cells become the number, in one sentence."""
    say = speak(language)
    indicator = found.indicator
    if indicator.source.value == "system":
        return say("Computed by the system from its record of returns; nobody types it.")
    if indicator.is_ratio:
        return say(
            "The numerators of the sites are added, then the denominators, then the one is divided by the other."
        )
    if indicator.is_flow:
        return say("The amounts of the quarters and sites are added.")
    if indicator.is_stock:
        return say("The latest level of each site is added.")
    return say("The reported quarters of each site are put together, then the sites.")


def _inputs(found: NumberSource, language: str) -> Any:
    say = speak(language)
    header = (
        say("Key"),
        say("Site"),
        say("Quarter"),
        say("Number"),
        say("Typed"),
        say("File"),
        say("Sheet"),
        say("Cell"),
        say("Sent by"),
        say("Approved by"),
    )
    rows = [
        [
            str(one.cell.key),
            one.origin.site,
            format_quarter(one.origin.quarter, language),
            say("not collected") if one.cell.value is None else plain_number(one.cell.value),
            one.cell.raw,
            one.origin.file_name,
            one.cell.sheet,
            one.cell.address,
            _act(one.origin.sender, one.origin.submitted_at, language),
            _act(one.origin.approver, one.origin.decided_at, language) or say("waiting for approval"),
        ]
        for one in found.inputs
    ]
    if not rows:
        return html.P(say("No typed cell stands behind this number."))
    return build_table(
        say("The cells behind this number"), header, rows, numeric=(3,), table_id="inputs", show_caption=True
    )


def _act(who: str, when: Any, language: str) -> str:
    return f"{who}, {format_day(when.date(), language)}" if who and when else ""
