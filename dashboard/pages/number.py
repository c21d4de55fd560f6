"""Where a number comes from: its sum in words and each cell behind it, down to the file."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.empty_states import build_no_plan, build_no_returns_note, build_unknown_code
from dashboard.components.filters import build_unknown_choice
from dashboard.components.markup import dcc, tags
from dashboard.components.number_parts import (
    build_counted_returns,
    build_inputs,
    build_surrounding_rows,
    cell_reference,
    site_names,
)
from dashboard.components.site_choice import join_names
from dashboard.page_scope import make_scope
from dashboard.selection import make_address
from etl.indicators.periods import Quarter, find_period
from etl.indicators.vocabulary import Source
from etl.queries.number_source import NumberSource, SourceCell, find_number_source, read_surrounding_cells
from etl.queries.retired_codes import resolve_scope
from etl.queries.scope import QueryScope
from etl.queries.source_wording import calculation_lines, describe_method
from etl.wording import append_unit, describe_amount, describe_period
from etl.wording.explanations import explain_figure

MAX_CARRIED_SITES_SHOWN = 20
"""So many sites whose level is carried are named with its quarter."""


@registry.page("/staff/number/<code>/<period>", title="Where {code} comes from", permission="staff", cacheable=True)
def build_number(request: PageContext) -> Any:
    """What stands behind one number of the chosen sites and the period in the address, or behind one of its parts."""
    asking = make_scope(request)
    if asking is None:
        return build_no_plan(request.locale)
    period = find_period(request.path_params["period"])
    if period is None:
        return _no_period(request)
    code, part = request.path_params["code"], _asked(request, "part")
    asking = resolve_scope(request.source, replace(asking, period=period), code, now=request.now)
    until = _is_to_date(request)
    found = find_number_source(request.source, asking, code, part, to_date=until)
    found = found or find_number_source(request.source, asking, code, to_date=until)
    if found is None:
        return build_unknown_code(request, [(one.code, one.name) for one in asking.plan.indicators], "indicator")
    return _build(request, asking, found, unknown=part if part and found.part is None else "")


def _no_period(request: PageContext) -> Any:
    _, code = request.gettext, request.path_params["code"]
    address = make_address(request.selection, f"/staff/number/{code}/plan")
    return [
        tags.H1(_("There is no such period: {period}", period=request.path_params["period"])),
        tags.P(dcc.Link(_("Plan to date"), href=address)),
    ]


def _asked(request: PageContext, name: str) -> str:
    return parse_qs(request.query.removeprefix("?"), errors="replace").get(name, [""])[0]


def _is_to_date(request: PageContext) -> bool:
    """Whether what had been reached by the end of the quarter is asked for, in place of the quarter by itself."""
    return _asked(request, "to_date") == "yes" and isinstance(find_period(request.path_params["period"]), Quarter)


def _build(request: PageContext, asking: QueryScope, found: NumberSource, *, unknown: str) -> list[Any]:
    locale, plans = request.locale, asking.snapshot.plans
    names = site_names(plans, locale)
    is_system = found.indicator.source is Source.SYSTEM
    lines = [tags.Li(line) for line in calculation_lines(found, names, locale)]
    selection = replace(request.selection, unknown=(*request.selection.unknown, *([unknown] if unknown else [])))
    return [
        tags.P(_crumb(request, found), className="crumb"),
        tags.H1(_title(request, found)),
        tags.P(_choice(request, found, names), className="sub"),
        build_unknown_choice(selection),
        build_no_returns_note(asking, locale),
        tags.Section([tags.P(describe_method(found, locale)), tags.Ul(lines, className="sum") if lines else None]),
        _missing(request, found, names),
        build_counted_returns(request, found, plans, names)
        if is_system
        else build_inputs(request, found, names, _here(request, found)),
        None if is_system else _around(request, asking, found),
        _percentage(request, found),
    ]


def _crumb(request: PageContext, found: NumberSource) -> Any:
    name = found.indicator.name.in_language(request.language)
    return dcc.Link(name, href=make_address(request.selection, f"/staff/indicator/{found.indicator.code}"))


def _title(request: PageContext, found: NumberSource) -> str:
    amount = describe_amount(found.value.amount, found.indicator, request.locale)
    shown = append_unit(amount, found.indicator, request.locale)
    if found.part is None:
        return request.gettext("{amount}: where it comes from", amount=shown)
    label = found.part.label.in_language(request.language)
    return request.gettext("{part}, {amount}: where it comes from", part=label, amount=shown)


def _choice(request: PageContext, found: NumberSource, names: dict[str, str]) -> str:
    """Period, sites, whose returns count, and by which plan it was judged."""
    _ = request.gettext
    counted = _("with those waiting for approval")
    if not request.selection.include_unapproved:
        counted = _("approved returns only")
    version = _("judged by plan version {number}", number=found.figure.plan_version)
    period = found.figure.requested_period if found.part is not None else found.figure.period
    shown = describe_period(found.figure.requested_period, request.locale)
    if period != found.figure.requested_period and found.indicator.is_ratio_flow:
        shown = _("{asked}, by its latest year {year}", asked=shown, year=describe_period(period, request.locale))
    if _is_to_date(request):
        shown = _("to date, at the end of {quarter}", quarter=shown)
    sites = join_names([names.get(one, one) for one in found.sites], request.locale)
    return " · ".join(one for one in (shown, sites, counted, version) if one)


def _missing(request: PageContext, found: NumberSource, names: dict[str, str]) -> Any:
    """What is not in it: returns that are missing, levels that are carried, what was not collected."""
    _, locale, value = request.gettext, request.locale, found.value
    told = []
    if value.missing:
        places = [f"{names.get(one.site, one.site)} {locale.format_quarter(one.quarter)}" for one in value.missing]
        told.append(_("Missing, and not in it: {places}.", places=join_names(places, locale)))
    for one in value.carried[:MAX_CARRIED_SITES_SHOWN]:
        site, quarter = names.get(one.site, one.site), locale.format_quarter(one.since)
        told.append(_("{site} reported nothing newer: its level of {quarter} is carried.", site=site, quarter=quarter))
    if len(value.carried) > MAX_CARRIED_SITES_SHOWN:
        more = len(value.carried) - MAX_CARRIED_SITES_SHOWN
        told.append(_("Levels of {count} more sites are carried.", count=more))
    if value.not_collected:
        told.append(_("Not collected: {count} numbers.", count=value.not_collected))
    return tags.Div([tags.P(one) for one in told], className="note") if told else None


def _here(request: PageContext, found: NumberSource) -> str:
    """This page's address, without the chosen cell."""
    address = make_address(request.selection, request.path)
    more = {"part": found.part.key} if found.part is not None else {}
    if _is_to_date(request):
        more["to_date"] = "yes"
    return f"{address}{'&' if '?' in address else '?'}{urlencode(more)}" if more else address


def _around(request: PageContext, asking: QueryScope, found: NumberSource) -> Any:
    """The sheet around the cell that the address names, else around the latest; for who may open its return."""
    theirs = [one for one in found.inputs if request.visitor.can_access_site(one.origin.site)]
    if not theirs:
        return tags.P(request.gettext("The files themselves are open to the sites' officers and to managers."))
    wanted = _asked(request, "cell")
    chosen: SourceCell = next((one for one in theirs if cell_reference(one) == wanted), theirs[-1])
    return build_surrounding_rows(
        request, asking.snapshot.plans, chosen, read_surrounding_cells(request.source, chosen)
    )


def _percentage(request: PageContext, found: NumberSource) -> Any:
    """How the percentage and the rating follow from the number; a part, and a number on its way, has none."""
    if found.part is not None or _is_to_date(request):
        return None
    words = explain_figure(found.figure, found.indicator, request.locale)
    said = [tags.P(one) for one in words]
    return tags.Section([tags.H2(request.gettext("And its percentage")), *said])
