"""The entries of the header's navigation, for staff pages of both kinds: with Dash, and without scripts."""

from dataclasses import dataclass

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission
from dashboard.access.registry import get_registry
from dashboard.selection import Selection, make_address
from etl.locale import N_

OVERVIEW_PATH = "/staff/overview"
INDICATORS_PATH = "/staff/indicators"
REPORTS_PATH = "/staff/reports"
COMPARE_EDITIONS_PATH = "/staff/compare-editions"
SEARCH_PATH = "/staff/search"


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """A link of the navigation."""

    label: str
    path: str
    address: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of the staff pages: the label and path of its entry, and the first parts of its pages' paths."""

    label: str
    path: str
    prefixes: tuple[str, ...]


_SECTIONS = (
    _Section(N_("Overview"), OVERVIEW_PATH, (OVERVIEW_PATH,)),
    _Section(
        N_("Indicators"),
        INDICATORS_PATH,
        (INDICATORS_PATH, "/staff/indicator/", "/staff/objective/", "/staff/programme/", "/staff/number/"),
    ),
    _Section(N_("Sites"), "/staff/sites", ("/staff/sites", "/staff/site/", "/staff/province/")),
    _Section(N_("Returns"), "/staff/returns", ("/staff/returns", "/staff/upload", "/staff/forms", "/staff/approve")),
    _Section(
        N_("Reports"),
        REPORTS_PATH,
        (REPORTS_PATH, COMPARE_EDITIONS_PATH, "/staff/tracking-table", "/staff/meeting-pack", "/staff/jobs/"),
    ),
)
_ADMINISTRATION = (
    (N_("Plan"), "/admin/plan"),
    (N_("Quarters"), "/admin/periods"),
    (N_("Editions"), "/admin/editions"),
    (N_("Field data"), "/admin/field-data"),
    (N_("Accounts"), "/admin/users"),
    (N_("Messages"), "/admin/messages"),
    (N_("Backups"), "/admin/backups"),
    (N_("Audit log"), "/admin/audit"),
)


def find_section_path(path: str) -> str:
    """Return the path of the entry to whose section a page belongs; blank for none."""
    return next((section.path for section in _SECTIONS if path.startswith(section.prefixes)), "")


def list_navigation(page: PageContext) -> list[NavigationLink]:
    """Return the main entries, with the page's selection in their addresses."""
    current = find_section_path(page.path)
    return [
        NavigationLink(
            page.gettext(section.label),
            section.path,
            make_address(page.selection, section.path),
            section.path == current,
        )
        for section in _SECTIONS
    ]


def list_administration(page: PageContext) -> list[NavigationLink]:
    """Return the administration pages; none for other staff."""
    if not page.visitor.has_permission(Permission.ADMINISTER):
        return []
    empty = Selection(language=page.language)
    return [
        NavigationLink(page.gettext(label), path, make_address(empty, path), page.path.startswith(path))
        for label, path in _ADMINISTRATION
        if get_registry().find_route(path) is not None
    ]
