"""The filter bar: its controls write the address, and the address draws the page."""

import json
from collections.abc import Callable, Collection, Sequence
from typing import Any

import dash_bootstrap_components as dbc

from dashboard.access.context import PageContext
from dashboard.component_ids import FILTER_TEXT_TYPE, FILTER_TYPE, FILTERS, SITE_SEARCH
from dashboard.components.markup import Component, build_toggle, dcc, make_aria_label, tags
from dashboard.components.site_choice import exceeds_list_limit, list_place_options
from dashboard.selection import Selection, make_address
from etl.indicators.periods import PlanToDate, Years, list_quarters_between, make_period_key
from etl.indicators.plans import Plan, Plans
from etl.indicators.site_groups import list_selected_codes
from etl.locale import Locale
from etl.queries.compared_scopes import EACH_SITE, EDITION_PREFIX, SITE_PREFIX, YEAR_BEFORE
from etl.queries.editions import list_editions
from etl.queries.find_sites import MAX_LISTED_SITES, search_provinces, search_sites
from etl.queries.overview_wording import get_short_name
from etl.queries.tracking_table import SortOrder

Option = tuple[str, str]
"""A value of the address with its label."""

NO_CHOICE = "none"
"""The value of a select that puts nothing into the address. A blank value would show no label."""

MAX_EDITIONS = 12

MAX_YEAR_BUTTONS = 7
"""With more years in the plan, only the last ones are buttons; a select has all of them."""


def build_filter_bar(page: PageContext, names: Collection[str]) -> Any:
    """Return the bar with the named controls besides period, approval and plan version; None before a plan is loaded.

    Names are "site", "objective", "programme", "order" and "compare".
    """
    if page.snapshot is None:
        return None
    plans, _ = page.snapshot.plans, page.gettext
    builders: dict[str, Callable[[PageContext, Plans], Component]] = {
        "site": _build_site_menu,
        "objective": _build_objective_menu,
        "programme": _build_programme_select,
        "order": _build_order_select,
        "compare": _build_compare_select,
    }
    controls = [
        *_build_period_controls(page, plans.latest),
        *(build(page, plans) for name, build in builders.items() if name in names),
        _build_approval_switch(page),
        _build_version_select(page, plans),
    ]
    clear = dcc.Link(_("Clear"), href=make_address(Selection(language=page.language), page.path), className="clear")
    chips = [_build_text(f"chip-{name}", className="filter-chip") for name in ("period", *builders)]
    chips.append(_build_text("chip-unapproved", className="filter-chip", **{"data-none": _("approved returns only")}))
    return tags.Section(
        [
            tags.Div(
                [*chips, build_toggle(_("Filters"), FILTERS, "filters-toggle")],
                className="filter-line",
                **{"data-unknown": json.dumps(page.selection.unknown)},
            ),
            tags.Div([*controls, clear], id=FILTERS, className="filter-controls"),
        ],
        **make_aria_label(_("Filters")),
    )


def list_site_options(plans: Plans, text: str, selected: Sequence[str], locale: Locale) -> list[dict[str, str]]:
    """Return the options of the site menu: the selected sites, then those that match, at most MAX_LISTED_SITES.

    With few sites it is all provinces and sites, in the plan's order.
    """
    plan = plans.latest
    options = list_place_options(plan.provinces, plan.sites, locale)
    if exceeds_list_limit(plan.sites):
        matches = {site.code for site in search_sites(plan.sites, text)}
        matches |= {province.code for province in search_provinces(plan.provinces, text)}
        chosen = [option for option in options if option[0] in selected]
        others = [option for option in options if option[0] in matches and option[0] not in selected]
        options = [*chosen, *others][:MAX_LISTED_SITES]
    known = dict(options)
    retired = [(code, code) for code in selected if code not in known]
    return _make_options([*options, *retired][: max(MAX_LISTED_SITES, len(selected))])


def _build_period_controls(page: PageContext, plan: Plan) -> list[Component]:
    """Return buttons for the plan and its years, and a select of quarters and ranges of years."""
    _, settings, key = page.gettext, plan.settings, make_period_key(page.selection.period)
    years = [str(year) for year in range(settings.first_year, settings.last_year + 1)]
    buttons = [(make_period_key(PlanToDate()), _("Plan"))]
    buttons += [(year, year) for year in years[-MAX_YEAR_BUTTONS:]]
    radios = dbc.RadioItems(
        options=_make_options(buttons),
        value=key if key in dict(buttons) else None,
        id={"type": FILTER_TYPE, "name": "period"},
        inline=True,
        inputClassName="btn-check",
        labelClassName="segment",
        labelCheckedClassName="active",
    )
    more = [(NO_CHOICE, _("Other period")), *_list_other_periods(page, plan)]
    return [
        tags.Div(radios, className="segments", role="group", **make_aria_label(_("Period"))),
        _build_select("period-more", _("Quarter or years"), more, key),
    ]


def _list_other_periods(page: PageContext, plan: Plan) -> list[Option]:
    """Return the ended quarters, latest first, and the ranges of years. The address may hold one that is in no list."""
    locale, settings = page.locale, plan.settings
    last = min(settings.calendar.find_last_ended_quarter(page.now.date()), settings.last_quarter)
    quarters = reversed(list_quarters_between(settings.first_quarter, last))
    options = [(str(quarter), locale.format_quarter(quarter)) for quarter in quarters]
    years = range(settings.first_year, settings.last_year + 1)
    options += [(str(year), str(year)) for year in years[:-MAX_YEAR_BUTTONS]]
    ranges = [Years(first, last) for first in years for last in years if first < last]
    options += [(str(period), str(period).replace("-", "–")) for period in ranges]
    return options


def _build_site_menu(page: PageContext, plans: Plans) -> Component:
    _, plan = page.gettext, plans.latest
    selected = list(list_selected_codes(page.selection.sites))
    search: list[Component] = []
    if exceeds_list_limit(plan.sites):
        label = _("Search sites")
        search = [
            dbc.Label(label, html_for=SITE_SEARCH, class_name="vh"),
            dbc.Input(id=SITE_SEARCH, type="search", placeholder=label, debounce=True, autocomplete="off"),
        ]
    options = list_site_options(plans, "", selected, page.locale)
    many = page.locale.ngettext("{count} site", "{count} sites", 2, count="{count}")
    return _build_menu("site", _("Sites"), options, selected, none=_("All sites"), many=many, search=search)


def _build_objective_menu(page: PageContext, plans: Plans) -> Component:
    _, locale = page.gettext, page.locale
    options = [
        (objective.code, f"{objective.code} · {get_short_name(objective, locale)}")
        for objective in plans.latest.objectives
    ]
    many = locale.ngettext("{count} objective", "{count} objectives", 2, count="{count}")
    selected = list(page.selection.objectives)
    label, none = _("Objectives"), _("All objectives")
    return _build_menu("objective", label, _make_options(options), selected, none=none, many=many)


def _build_menu(
    name: str,
    label: str,
    options: Sequence[dict[str, str]],
    selected: Sequence[str],
    *,
    none: str,
    many: str,
    search: Sequence[Component] = (),
) -> Component:
    """Return a menu with a checkbox for each option. `none` and `many` describe a choice of none and of several."""
    checklist = dbc.Checklist(options=options, value=selected, id={"type": FILTER_TYPE, "name": name})
    labels = {option["value"]: option["label"] for option in options}
    texts = {0: none, 1: labels.get("".join(selected), "")}
    current = texts.get(len(selected), many.replace("{count}", str(len(selected))))
    text = _build_text(name, current, className="form-select form-select-sm", **{"data-none": none, "data-many": many})
    return tags.Details(
        [
            tags.Summary([tags.Span(label, className="filter-name"), " ", text]),
            tags.Div([*search, checklist], className="filter-options", role="group", **make_aria_label(label)),
        ],
        className="filter-menu",
    )


def _build_programme_select(page: PageContext, plans: Plans) -> Component:
    programmes = plans.latest.linked_programmes
    if not programmes:
        return None
    _ = page.gettext
    options = [(NO_CHOICE, _("All programmes")), *((programme.code, programme.code) for programme in programmes)]
    return _build_select("programme", _("Programme"), options, page.selection.programme)


def _build_order_select(page: PageContext, plans: Plans) -> Component:
    _ = page.gettext
    options = [
        (NO_CHOICE, _("as in the plan")),
        (SortOrder.URGENCY.value, _("most behind first")),
        (SortOrder.SHARE.value, _("lowest % first")),
    ]
    return _build_select("order", _("Order"), options, NO_CHOICE)


def _build_compare_select(page: PageContext, plans: Plans) -> Component:
    """Return a select of years, of sites where there are few, and of the newest editions."""
    _, plan = page.gettext, plans.latest
    years = range(plan.settings.last_year, plan.settings.first_year - 1, -1)
    options = [
        (NO_CHOICE, _("None")),
        (YEAR_BEFORE, _("a year before")),
        *((str(year), str(year)) for year in years),
        (EACH_SITE, _("each chosen site")),
    ]
    if not exceeds_list_limit(plan.sites):
        options += [(f"{SITE_PREFIX}{site.code}", site.name.get_text(page.language)) for site in plan.sites]
    options += [
        (f"{EDITION_PREFIX}{edition.id}", _("edition {name}", name=edition.id))
        for edition in reversed(list_editions(page.source)[-MAX_EDITIONS:])
    ]
    return _build_select("compare", _("Compare"), options, page.selection.compare, is_labelled=True)


def _build_version_select(page: PageContext, plans: Plans) -> Component:
    """Return a select of the plan's versions; None for a single version."""
    if len(plans.versions) < 2:
        return None
    _ = page.gettext
    numbers = [(str(version.number), str(version.number)) for version in plans.versions]
    options = [(NO_CHOICE, _("current version")), *numbers]
    return _build_select("plan", _("Plan version"), options, str(page.selection.plan_version or ""))


def _build_select(
    name: str, label: str, options: Sequence[Option], value: str, *, is_labelled: bool = False
) -> Component:
    """Return a select. Wide windows show its label only if its options don't say what they choose."""
    select = dbc.Select(
        options=_make_options(options),
        value=value if value in dict(options) else NO_CHOICE,
        id={"type": FILTER_TYPE, "name": name},
        size="sm",
    )
    return tags.Label([tags.Span(label, className="filter-name always" if is_labelled else "filter-name"), " ", select])


def _build_approval_switch(page: PageContext) -> Component:
    _ = page.gettext
    return dbc.Checkbox(
        label=_("Pending returns"),
        value=page.selection.include_unapproved,
        id={"type": FILTER_TYPE, "name": "unapproved"},
        className="approval",
    )


def _build_text(name: str, text: str = "", **props: Any) -> Component:
    """Return an element in which the browser repeats what a control has selected."""
    return tags.Span(text, id={"type": FILTER_TEXT_TYPE, "name": name}, **{"data-filter-text": name, **props})


def _make_options(options: Sequence[Option]) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for value, label in options]
