"""Where a number comes from: its sum in words and each cell behind it, down to the file."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from dashboard.access.registry import PageRequest, registry
from dashboard.components.filters import build_unknown_choice
from dashboard.components.number_parts import (
    build_around,
    build_counted_returns,
    build_inputs,
    cell_choice,
    site_names,
)
from dashboard.components.plain import dcc, html
from dashboard.components.site_choice import names_of_some
from dashboard.components.states import build_no_plan, build_nothing_reported, build_unknown
from dashboard.page_scope import asking_of
from dashboard.selection import address_of
from etl.indicators.periods import Quarter, find_period
from etl.indicators.vocabulary import Source
from etl.locale.translations import format_quarter
from etl.queries.asking import Asking
from etl.queries.closed_codes import as_it_stood
from etl.queries.number_source import Input, NumberSource, number_source, rows_around
from etl.queries.source_wording import kind_words, making_lines
from etl.wording import amount_words, period_words, with_unit
from etl.wording.explaining import explain_words

CARRIED_NAMED = 20
"""So many sites whose level is carried are named with its quarter."""


@registry.page("/staff/number/<code>/<period>", title="Where {code} comes from", permission="staff", kept=True)
def build_number(request: PageRequest) -> Any:
    """What stands behind one number of the chosen sites and the period in the address, or behind one of its parts."""
    asking = asking_of(request)
    if asking is None:
        return build_no_plan(request.language)
    period = find_period(request.codes["period"])
    if period is None:
        return _no_period(request)
    code, part = request.codes["code"], _asked(request, "part")
    asking = as_it_stood(request.source, replace(asking, period=period), code, now=request.now)
    until = _is_to_date(request)
    found = number_source(request.source, asking, code, part, is_to_date=until)
    found = found or number_source(request.source, asking, code, is_to_date=until)
    if found is None:
        return build_unknown(request, [(one.code, one.name) for one in asking.plan.indicators], "indicator")
    return _build(request, asking, found, unknown=part if part and found.part is None else "")


def _no_period(request: PageRequest) -> Any:
    say, code = request.say, request.codes["code"]
    address = address_of(request.selection, f"/staff/number/{code}/plan")
    return [
        html.H1(say("There is no such period: {period}", period=request.codes["period"])),
        html.P(dcc.Link(say("Plan to date"), href=address)),
    ]


def _asked(request: PageRequest, name: str) -> str:
    return parse_qs(request.query.removeprefix("?"), errors="replace").get(name, [""])[0]


def _is_to_date(request: PageRequest) -> bool:
    """Whether what had been reached by the end of the quarter is asked for, in place of the quarter by itself."""
    return _asked(request, "to_date") == "yes" and isinstance(find_period(request.codes["period"]), Quarter)


def _build(request: PageRequest, asking: Asking, found: NumberSource, *, unknown: str) -> list[Any]:
    language, plans = request.language, asking.snapshot.plans
    names = site_names(plans, language)
    is_system = found.indicator.source is Source.SYSTEM
    lines = [html.Li(line) for line in making_lines(found, names, language)]
    selection = replace(request.selection, unknown=(*request.selection.unknown, *([unknown] if unknown else [])))
    return [
        html.P(_crumb(request, found), className="crumb"),
        html.H1(_title(request, found)),
        html.P(_choice(request, found, names), className="sub"),
        build_unknown_choice(selection),
        build_nothing_reported(asking, language),
        html.Section([html.P(kind_words(found, language)), html.Ul(lines, className="sum") if lines else None]),
        _missing(request, found, names),
        build_counted_returns(request, found, plans, names)
        if is_system
        else build_inputs(request, found, names, _here(request, found)),
        None if is_system else _around(request, asking, found),
        _percentage(request, found),
    ]


def _crumb(request: PageRequest, found: NumberSource) -> Any:
    name = found.indicator.name.in_language(request.language)
    return dcc.Link(name, href=address_of(request.selection, f"/staff/indicator/{found.indicator.code}"))


def _title(request: PageRequest, found: NumberSource) -> str:
    amount = amount_words(found.value.amount, found.indicator, request.language)
    shown = with_unit(amount, found.indicator, request.language)
    if found.part is None:
        return request.say("{amount}: where it comes from", amount=shown)
    label = found.part.label.in_language(request.language)
    return request.say("{part}, {amount}: where it comes from", part=label, amount=shown)


def _choice(request: PageRequest, found: NumberSource, names: dict[str, str]) -> str:
    """Period, sites, whose returns count, and by which plan it was judged."""
    say = request.say
    counted = say("with those waiting for approval")
    if not request.selection.include_unapproved:
        counted = say("approved returns only")
    version = say("judged by plan version {number}", number=found.figure.plan_version)
    period = found.figure.asked if found.part is not None else found.figure.period
    shown = period_words(found.figure.asked, request.language)
    if period != found.figure.asked and found.indicator.is_ratio_flow:
        shown = say("{asked}, by its latest year {year}", asked=shown, year=period_words(period, request.language))
    if _is_to_date(request):
        shown = say("to date, at the end of {quarter}", quarter=shown)
    sites = names_of_some([names.get(one, one) for one in found.sites], request.language)
    return " · ".join(one for one in (shown, sites, counted, version) if one)


def _missing(request: PageRequest, found: NumberSource, names: dict[str, str]) -> Any:
    """What is not in it: returns that are missing, levels that are carried, what was not collected."""
    say, language, value = request.say, request.language, found.value
    told = []
    if value.missing:
        places = [f"{names.get(one.site, one.site)} {format_quarter(one.quarter, language)}" for one in value.missing]
        told.append(say("Missing, and not in it: {places}.", places=names_of_some(places, language)))
    for one in value.carried[:CARRIED_NAMED]:
        site, quarter = names.get(one.site, one.site), format_quarter(one.since, language)
        told.append(
            say("{site} reported nothing newer: its level of {quarter} is carried.", site=site, quarter=quarter)
        )
    if len(value.carried) > CARRIED_NAMED:
        more = len(value.carried) - CARRIED_NAMED
        told.append(say("Levels of {count} more sites are carried.", count=more))
    if value.not_collected:
        told.append(say("Not collected: {count} numbers.", count=value.not_collected))
    return html.Div([html.P(one) for one in told], className="note") if told else None


def _here(request: PageRequest, found: NumberSource) -> str:
    """This page's address, without the chosen cell."""
    address = address_of(request.selection, request.path)
    more = {"part": found.part.key} if found.part is not None else {}
    if _is_to_date(request):
        more["to_date"] = "yes"
    return f"{address}{'&' if '?' in address else '?'}{urlencode(more)}" if more else address


def _around(request: PageRequest, asking: Asking, found: NumberSource) -> Any:
    """The sheet around the cell that the address names, else around the latest; for who may open its return."""
    theirs = [one for one in found.inputs if request.visitor.may_send_for(one.origin.site)]
    if not theirs:
        return html.P(request.say("The files themselves are open to the sites' officers and to managers."))
    wanted = _asked(request, "cell")
    chosen: Input = next((one for one in theirs if cell_choice(one) == wanted), theirs[-1])
    return build_around(request, asking.snapshot.plans, chosen, rows_around(request.source, chosen))


def _percentage(request: PageRequest, found: NumberSource) -> Any:
    """How the percentage and the rating follow from the number; a part, and a number on its way, has none."""
    if found.part is not None or _is_to_date(request):
        return None
    words = explain_words(found.figure, found.indicator, request.language)
    said = [html.P(one) for one in words]
    return html.Section([html.H2(request.say("And its percentage")), *said])
