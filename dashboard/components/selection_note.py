"""What a page shows, in one line, and a note where its figures are those of chosen sites."""

from collections.abc import Collection
from typing import Any

import dash_bootstrap_components as dbc

from dashboard.access.context import PageContext
from dashboard.components.filters import build_unknown_choice
from dashboard.components.markup import tags
from dashboard.components.site_choice import find_site_name, join_names
from etl.indicators.plans import Plan
from etl.indicators.site_groups import SiteGroup
from etl.wording import describe_period


def build_selection_notes(page: PageContext, filters: Collection[str] | None) -> list[Any]:
    """Return the line, the unknown values of the address, and whose figures these are where sites are chosen.

    `filters` are the controls of the page's filter bar: a page without the control of sites is not restricted to them.
    """
    if filters is None or page.snapshot is None:
        return []
    plan = page.snapshot.plans.latest
    sites = _describe_sites(page, plan) if "site" in filters else ""
    note = _build_sites_note(page, sites) if sites else None
    return [build_unknown_choice(page.selection), _build_line(page, sites, filters), note]


def _build_line(page: PageContext, sites: str, filters: Collection[str]) -> Any:
    _, selection = page.gettext, page.selection
    parts = [describe_period(selection.period, page.locale)]
    if "site" in filters:
        parts.append(sites or _("all sites"))
    if "objective" in filters and selection.objectives:
        parts.append(", ".join(selection.objectives))
    if "programme" in filters and selection.programme:
        parts.append(selection.programme)
    if not selection.include_unapproved:
        parts.append(_("approved returns only"))
    if selection.plan_version is not None:
        parts.append(_("assessed against version {number} of the plan", number=selection.plan_version))
    text = " · ".join(parts)
    return tags.P(text[:1].upper() + text[1:], className="scope-line")


def _describe_sites(page: PageContext, plan: Plan) -> str:
    """Return the names of the chosen sites or province; blank without a choice."""
    sites = page.selection.sites
    names = [find_site_name(plan, code, page.locale) for code in sites]
    if not isinstance(sites, SiteGroup):
        return join_names(names, page.locale)
    return f"{sites.name.get_text(page.language)} ({join_names(names, page.locale)})"


def _build_sites_note(page: PageContext, sites: str) -> Any:
    _ = page.gettext
    if len(page.selection.sites) > 1:
        text = _(
            "Figures are those of {sites} together, not of the whole centre. They have a target where the plan sets "
            "targets for each of these sites. Remarks and actions concern all sites.",
            sites=sites,
        )
    else:
        text = _(
            "Figures are those of {sites} only, not of the whole centre. They have a target where the plan sets one "
            "for this site. Remarks and actions concern all sites.",
            sites=sites,
        )
    return dbc.Alert(text, color="warning", class_name="sites-note")
