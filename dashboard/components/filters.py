"""The form that selects period, sites, programme and approval by changing the address."""

from collections.abc import Sequence
from typing import Any

from dashboard.access.context import PageContext
from dashboard.component_ids import FILTERS
from dashboard.components.markup import Component, build_toggle, make_aria_label, tags
from dashboard.components.site_choice import (
    build_site_filter,
    exceeds_list_limit,
    get_selected_place,
    list_place_options,
)
from dashboard.selection import Selection, make_address
from etl.indicators.periods import PlanToDate, Years, list_quarters_between, make_period_key
from etl.indicators.plans import Plan

Choice = tuple[str, str, Sequence[tuple[str, str]], str]
"""A select: its label, its name, its values with their labels, and the selected value."""


def build_filters(
    page: PageContext,
    plan: Plan,
    *,
    with_sites: bool = True,
    with_programmes: bool = True,
    more: Sequence[Choice] = (),
) -> Any:
    """Return a native GET form, which works without scripts and results in a plain address.

    `more` are selects for this page only; they come first.
    """
    selection = page.selection
    _ = selection.locale.gettext
    choices: list[Choice | Component] = [
        *more,
        (_("Period"), "period", _list_period_options(plan, page), make_period_key(selection.period)),
    ]
    if with_sites:
        choices.append(_build_site_choice(page, plan))
    if plan.linked_programmes and with_programmes:
        programmes = [
            ("", _("All programmes")),
            *((programme.code, programme.code) for programme in plan.linked_programmes),
        ]
        choices.append((_("Programme"), "programme", programmes, selection.programme))
    approval_options = [("", _("including returns pending approval")), ("no", _("approved returns only"))]
    choices.append((_("Returns"), "unapproved", approval_options, "" if selection.include_unapproved else "no"))
    versions = page.snapshot.plans.versions if page.snapshot else ()
    if len(versions) > 1:
        version_options = [
            ("", _("current version")),
            *((str(version.number), str(version.number)) for version in versions),
        ]
        choices.append((_("Plan version"), "plan", version_options, str(selection.plan_version or "")))
    toggle = build_toggle(_describe_choices(choices), FILTERS, "filters-toggle")
    return tags.Div([toggle, build_choices(page, choices), build_unknown_choice(selection)], className="filter-bar")


def _describe_choices(choices: Sequence[Choice | Component]) -> str:
    """Return the selected values in one line, as a phone shows them above the collapsed filters."""
    selected = (dict(choice[2]).get(choice[3], "") for choice in choices if isinstance(choice, tuple))
    return " · ".join(text[:1].upper() + text[1:] for text in selected if text)


def _build_site_choice(page: PageContext, plan: Plan) -> Choice | Component:
    """Return a select, or a text field where there are too many sites to list."""
    if exceeds_list_limit(plan.sites):
        return build_site_filter(page)
    label = page.gettext("Site or province") if plan.provinces else page.gettext("Site")
    options = [("", page.gettext("All sites")), *list_place_options(plan.provinces, plan.sites, page.locale)]
    return label, "site", options, get_selected_place(page.selection)


def build_choices(page: PageContext, choices: Sequence[Choice | Component]) -> Any:
    """Return the form with a native select or component for each choice, and a button."""
    action = make_address(Selection(language=page.language), page.path)
    button = tags.Button(page.gettext("Show"), type="submit", className="button")
    fields = [_select(*choice) if isinstance(choice, tuple) else choice for choice in choices]
    label_attribute = make_aria_label(page.gettext("Filters"))
    children = [*fields, button]
    return tags.Form(children, id=FILTERS, action=action, method="get", className="filters", **label_attribute)


def _select(label: str, name: str, options: Sequence[tuple[str, str]], selected_value: str) -> Any:
    """Return a native select with its label. Dash's html has no `selected`, so the selected option comes first."""
    ordered_options = sorted(options, key=lambda option: option[0] != selected_value)
    choices = [tags.Option(text, value=value) for value, text in ordered_options]
    return tags.Label([f"{label} ", tags.Select(choices, name=name)])


def _list_period_options(plan: Plan, page: PageContext) -> list[tuple[str, str]]:
    locale = page.locale
    settings = plan.settings
    last = min(settings.calendar.find_last_ended_quarter(page.now.date()), settings.last_quarter)
    years = [(str(year), str(year)) for year in range(settings.first_year, settings.last_year + 1)]
    quarters = [
        (str(quarter), locale.format_quarter(quarter))
        for quarter in list_quarters_between(settings.first_quarter, last)
    ]
    selected_period = page.selection.period
    extra_options = []
    if isinstance(selected_period, Years) and selected_period.first != selected_period.last:
        extra_options = [(str(selected_period), str(selected_period))]
    return [
        (make_period_key(PlanToDate()), locale.gettext("Plan to date")),
        *extra_options,
        *years,
        *reversed(quarters),
    ]


def build_unknown_choice(selection: Selection) -> Any:
    """Return a note that names the values of the address that are unknown; None without any."""
    if not selection.unknown:
        return None
    _ = selection.locale.gettext
    return tags.P(_("Not in the plan, so ignored: {names}.", names=", ".join(selection.unknown)), className="note")
