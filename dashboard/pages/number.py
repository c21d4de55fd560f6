"""The source of a number: its calculation and every cell behind it, down to the file."""

from dataclasses import replace
from typing import Any

import dash_bootstrap_components as dbc

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.empty_states import build_no_plan_page, build_no_returns_note, build_unknown_code_page
from dashboard.components.filters import build_unknown_choice
from dashboard.components.marks import build_badge
from dashboard.components.markup import dcc, tags
from dashboard.components.number_parts import (
    build_counted_returns,
    build_inputs,
    build_surrounding_rows,
    format_cell_reference,
    list_site_names,
)
from dashboard.components.number_texts import describe_choice, list_gaps
from dashboard.components.pagination import read_query_value
from dashboard.components.participations import build_new_people_note
from dashboard.page_scope import make_scope
from dashboard.selection import append_parameters, make_address
from etl.indicators.part_targets import has_targets
from etl.indicators.periods import Quarter, find_period
from etl.indicators.vocabulary import Source
from etl.queries.number_source import NumberSource, SourceCell, find_number_source, read_surrounding_cells
from etl.queries.retired_codes import resolve_scope
from etl.queries.scope import QueryScope
from etl.queries.source_wording import describe_method, list_calculation_lines
from etl.wording import describe_amount
from etl.wording.explanations import explain_figure
from etl.wording.participations import append_part_unit, describe_part


@registry.page("/staff/number/<code>/<period>", title="Where {code} comes from", permission="staff", cacheable=True)
def build_number(page: PageContext) -> Any:
    """Return the sources of a number, or of one of its parts, for the selected sites and the period."""
    scope = make_scope(page)
    if scope is None:
        return build_no_plan_page(page)
    period = find_period(page.path_params["period"])
    if period is None:
        return _build_unknown_period(page)
    code, part = page.path_params["code"], read_query_value(page, "part")
    scope = resolve_scope(page.source, replace(scope, period=period), code, now=page.now)
    to_date, start = _is_to_date(page), _find_start(page)
    source = find_number_source(page.source, scope, code, part, to_date=to_date, start=start)
    source = source or find_number_source(page.source, scope, code, to_date=to_date, start=start)
    if source is None:
        return build_unknown_code_page(
            page, [(indicator.code, indicator.name) for indicator in scope.plan.indicators], "indicator"
        )
    return _build(page, scope, source, unknown=part if part and source.part is None else "")


def _build_unknown_period(page: PageContext) -> Any:
    _, code = page.gettext, page.path_params["code"]
    address = make_address(page.selection, f"/staff/number/{code}/plan")
    return [
        tags.H1(_("Period not found: {period}", period=page.path_params["period"])),
        tags.P(dcc.Link(_("Plan to date"), href=address)),
    ]


def _is_to_date(page: PageContext) -> bool:
    """Whether the address asks for the total to date at the end of the quarter."""
    is_asked = read_query_value(page, "to_date") == "yes" or _find_start(page) is not None
    return is_asked and isinstance(find_period(page.path_params["period"]), Quarter)


def _find_start(page: PageContext) -> Quarter | None:
    """Return the quarter from which the total to date counts, if the address names one."""
    start = find_period(read_query_value(page, "to_date"))
    return start if isinstance(start, Quarter) else None


def _build(page: PageContext, scope: QueryScope, source: NumberSource, *, unknown: str) -> list[Any]:
    locale, plans = page.locale, scope.snapshot.plans
    names = list_site_names(plans, locale)
    is_system = source.indicator.source is Source.SYSTEM
    gaps = list_gaps(page, source, names)
    items = [tags.Li(line) for line in list_calculation_lines(source, names, locale)]
    selection = replace(page.selection, unknown=(*page.selection.unknown, *([unknown] if unknown else [])))
    return [
        tags.P(_build_crumb(page, source), className="crumb"),
        tags.H1(_make_title(page, source)),
        tags.P(
            describe_choice(page, source, names, is_to_date=_is_to_date(page), start=_find_start(page)), className="sub"
        ),
        build_new_people_note(source.indicator, page.locale),
        build_unknown_choice(selection),
        build_no_returns_note(scope, page),
        tags.Section(
            [
                tags.P(describe_method(source, locale)),
                tags.Ul(items, className="sum") if items else None,
                _build_term_links(page, source),
            ]
        ),
        dbc.Alert([tags.P(line) for line in gaps], color="warning") if gaps else None,
        build_counted_returns(page, source, plans, names)
        if is_system
        else build_inputs(page, source, names, _make_own_address(page, source)),
        None if is_system else _build_neighbours(page, scope, source),
        _build_percentage(page, source),
    ]


def _build_crumb(page: PageContext, source: NumberSource) -> Any:
    name = source.indicator.name.get_text(page.language)
    return dcc.Link(name, href=make_address(page.selection, f"/staff/indicator/{source.indicator.code}"))


def _make_title(page: PageContext, source: NumberSource) -> str:
    amount = describe_amount(source.value.amount, source.indicator, page.locale)
    amount_with_unit = append_part_unit(amount, source.indicator, source.part, page.locale)
    if source.part is None:
        return page.gettext("Where this number comes from: {amount}", amount=amount_with_unit)
    label = describe_part(source.part, page.locale)
    return page.gettext("Where this number comes from: {part}, {amount}", part=label, amount=amount_with_unit)


def _build_term_links(page: PageContext, source: NumberSource) -> Any:
    """Return links to the same number of each term of a total."""
    links = []
    for code in source.indicator.sum_of:
        address = make_address(page.selection, page.path.replace(f"/{source.indicator.code}/", f"/{code}/"))
        links.append(dcc.Link(code, href=_append_kind(page, source, address)))
    if not links:
        return None
    return tags.P([page.gettext("See each term:"), *(item for link in links for item in (" ", link))])


def _make_own_address(page: PageContext, source: NumberSource) -> str:
    """Return the page's address without the chosen cell."""
    return _append_kind(page, source, make_address(page.selection, page.path))


def _append_kind(page: PageContext, source: NumberSource, address: str) -> str:
    """Append the part and the kind of number that the page shows."""
    part = source.part.key if source.part else ""
    return append_parameters(address, part=part, to_date=str(_find_start(page) or "yes") if _is_to_date(page) else "")


def _build_neighbours(page: PageContext, scope: QueryScope, source: NumberSource) -> Any:
    """Return the rows around the chosen cell, or the latest one, for visitors with access to its site."""
    accessible = [
        number_input for number_input in source.inputs if page.visitor.can_access_site(number_input.origin.site)
    ]
    if not accessible:
        return tags.P(page.gettext("Only the officers of the site and managers can open the files."))
    cell = read_query_value(page, "cell")
    source_cell: SourceCell = next(
        (number_input for number_input in accessible if format_cell_reference(number_input) == cell), accessible[-1]
    )
    return build_surrounding_rows(
        page, scope.snapshot.plans, source_cell, read_surrounding_cells(page.source, source_cell)
    )


def _build_percentage(page: PageContext, source: NumberSource) -> Any:
    """Return how percentage and rating follow from the number; None for totals to date, and parts without targets."""
    is_rated = source.part is None or has_targets(source.plan, source.part)
    if not is_rated or _is_to_date(page):
        return None
    sentences = explain_figure(source.figure, source.indicator, page.locale)
    paragraphs = [tags.P(sentence) for sentence in sentences]
    rating = tags.P(build_badge(source.figure.rating, page.locale)) if source.part else None
    return tags.Section([tags.H2(page.gettext("Percentage")), rating, *paragraphs])
