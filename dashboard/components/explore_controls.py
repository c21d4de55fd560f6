"""The controls of the explore page: views, objectives, period or years, sites, programme."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from dashboard.access.context import PageContext
from dashboard.component_ids import EXPLORE_CONTROL, FILTERS
from dashboard.components.explore_choices import (
    BY_SITE,
    OVER_TIME,
    PROGRESS,
    TABLE,
    ExploreChoices,
    change_choices,
    make_explore_address,
    make_explore_query,
    parse_choices,
)
from dashboard.components.markup import Component, build_toggle, make_aria_label, tags
from dashboard.components.site_choice import exceeds_list_limit, find_site_name, join_names, list_place_options
from etl.indicators.editions import PLAN_TO_DATE, EditionContents
from etl.queries.editions import find_newest_edition_contents
from etl.queries.overview_wording import get_short_name

Option = tuple[str, str]
"""A value and its label."""
_MAX_BUTTONS = 8
"""More options than these are a menu."""


def find_changed_search(page: PageContext, ids: Any, values: Any) -> str | None:
    """Return the query of the controls' values; None where the address says the same, and for a malformed request."""
    contents = find_newest_edition_contents(page.source)
    if contents is None or not isinstance(ids, list) or not isinstance(values, list):
        return None
    names = [str(control.get("name", "")) for control in ids if isinstance(control, dict)]
    current = parse_choices(page.query, contents, page.language)
    changed = change_choices(current, dict(zip(names, values, strict=False)))
    # The controls of the years always have a value, which the address leaves out where it is the first or last year.
    query = make_explore_query(parse_choices(make_explore_query(changed), contents, page.language))
    if query == make_explore_query(current):
        return None
    return f"?{query}" if query else ""


def build_view_links(page: PageContext, choices: ExploreChoices) -> Any:
    """Return a tab for each view. They are links, so that each view has its address."""
    _ = page.gettext
    names = ((PROGRESS, _("Progress")), (OVER_TIME, _("Over time")), (BY_SITE, _("By site")), (TABLE, _("Table")))
    links = [
        dbc.NavLink(
            [name, tags.Span(f" ({_('shown')})", className="vh")] if view == choices.view else name,
            href=make_explore_address(replace(choices, view=view)),
            active=view == choices.view,
            id=f"explore-view-{view}",
        )
        for view, name in names
    ]
    return tags.Nav(dbc.Nav(links, class_name="nav-tabs"), className="views", **make_aria_label(_("Views")))


def build_controls(page: PageContext, choices: ExploreChoices, contents: EditionContents) -> Any:
    """Return the controls; on a phone a button with the choices in one line unfolds them."""
    _, locale = page.gettext, page.locale
    objectives = [(objective.code, get_short_name(objective, locale)) for objective in contents.plan.objectives]
    controls = [
        _build_buttons("objective", _("Objectives"), objectives, choices.objectives, is_multiple=True),
        *_build_period(page, choices, contents),
        _build_sites(page, choices, contents),
    ]
    if contents.plan.linked_programmes:
        programmes = [(programme.code, programme.code) for programme in contents.plan.linked_programmes]
        controls.append(
            _build_menu(
                "programme", _("Programme"), [("all", _("All programmes")), *programmes], choices.programme or "all"
            )
        )
    cleared = ExploreChoices(view=choices.view, language=choices.language)
    if make_explore_query(cleared) != make_explore_query(choices):
        controls.append(dbc.NavLink(_("Clear"), href=make_explore_address(cleared), class_name="clear"))
    toggle = build_toggle(_describe_choices(page, choices, contents), FILTERS, "filters-toggle")
    return html.Div(
        [
            toggle,
            html.Div(
                controls, id=FILTERS, className="filters explore-filters", **make_aria_label(_("Filters")), role="group"
            ),
        ],
        className="filter-bar",
    )


def _build_period(page: PageContext, choices: ExploreChoices, contents: EditionContents) -> list[Any]:
    _ = page.gettext
    years = [(str(year), str(year)) for year in contents.edition.years]
    if choices.view == OVER_TIME:
        first, last = choices.first_year or years[0][0], choices.last_year or years[-1][0]
        return [_build_menu("from", _("From"), years, first), _build_menu("to", _("To"), years, last)]
    options = [(PLAN_TO_DATE, _("Plan to date")), *years]
    if len(options) > _MAX_BUTTONS:
        return [_build_menu("period", _("Period"), options, choices.period)]
    return [_build_buttons("period", _("Period"), options, (choices.period,), is_multiple=False)]


def _build_sites(page: PageContext, choices: ExploreChoices, contents: EditionContents) -> Any:
    """Return a folded list of sites and provinces, or a text field where there are too many to list."""
    _, plan = page.gettext, contents.plan
    name = _("Sites")
    if exceeds_list_limit(plan.sites):
        field = dbc.Input(
            id={"type": EXPLORE_CONTROL, "name": "site"},
            value=", ".join(find_site_name(plan, code, page.locale) for code in choices.places),
            placeholder=_("codes or names"),
            debounce=True,
            autocomplete="off",
        )
        return html.Label([f"{name} ", field])
    options = list_place_options(contents.list_provinces(), plan.sites, page.locale)
    names = join_names([find_site_name(plan, code, page.locale) for code in choices.places], page.locale)
    checklist = dbc.Checklist(
        id={"type": EXPLORE_CONTROL, "name": "site"},
        options=_make_options("site", options),
        value=list(choices.places),
        class_name="menu-list",
    )
    summary = html.Summary([f"{name}: ", html.B(names or _("All sites"))], id="explore-sites")
    return html.Details([summary, _make_group(name, checklist)], className="menu site-menu")


def _build_buttons(
    name: str, label: str, options: Sequence[Option], values: Sequence[str], *, is_multiple: bool
) -> Any:
    """Return a row of buttons, which are checkboxes or radio buttons."""
    properties = {
        "id": {"type": EXPLORE_CONTROL, "name": name},
        "options": _make_options(name, options),
        "inline": True,
        "class_name": "chips",
        "input_class_name": "btn-check",
        "label_class_name": "chip",
    }
    control = (
        dbc.Checklist(value=list(values), **properties)
        if is_multiple
        else dbc.RadioItems(value=values[0], **properties)
    )
    return _make_group(label, control)


def _build_menu(name: str, label: str, options: Sequence[Option], value: str) -> Any:
    control = dbc.Select(
        id={"type": EXPLORE_CONTROL, "name": name},
        options=[{"value": code, "label": text} for code, text in options],
        value=value,
    )
    return html.Label([f"{label} ", control])


def _make_options(name: str, options: Sequence[Option]) -> list[dict[str, Any]]:
    """Return the options, each with an id, by which the browser gives the focus back after a change."""
    return [
        {"value": code, "label": tags.Span(text, title=text), "input_id": f"explore-{name}-{code}"}
        for code, text in options
    ]


def _make_group(label: str, control: Any) -> Any:
    return html.Div(control, role="group", **make_aria_label(label))


def _describe_choices(page: PageContext, choices: ExploreChoices, contents: EditionContents) -> str:
    """Return the choices in one line, as a phone shows them above the folded controls."""
    _, locale = page.gettext, page.locale
    objectives = [
        get_short_name(objective, locale)
        for objective in contents.plan.objectives
        if objective.code in choices.objectives
    ]
    places = [find_site_name(contents.plan, code, locale) for code in choices.places]
    period = _("Plan to date") if choices.period == PLAN_TO_DATE else choices.period
    if choices.view == OVER_TIME:
        years = [str(year) for year in contents.edition.years]
        period = f"{choices.first_year or years[0]}–{choices.last_year or years[-1]}"
    parts = (", ".join(objectives) or _("All objectives"), period, join_names(places, locale) or _("All sites"))
    return " · ".join(parts)


def build_unknown_note(choices: ExploreChoices, page: PageContext) -> Component | None:
    """Return a note that names the values of the address that are unknown or too many; None without any."""
    if not choices.unknown:
        return None
    names = ", ".join(choices.unknown)
    text = page.gettext("Not in this edition, or too many to compare, so ignored: {names}.", names=names)
    return dbc.Alert(text, color="warning")
