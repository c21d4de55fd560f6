"""The frame of every staff page below the header: ribbon, main part and footer."""

from collections.abc import Sequence
from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import get_registry
from dashboard.component_ids import MAIN
from dashboard.components.markup import dcc, make_aria_label, tags
from dashboard.components.navigation import COMPARE_EDITIONS_PATH, OVERVIEW_PATH
from dashboard.selection import Selection, make_address
from etl.exports.about import list_data_notices

_FIGURE_PATHS = ("/staff/number/", "/staff/why/", "/staff/remarks/", "/staff/meeting-pack")
"""Addresses of pages without the filter bar that show figures of the present returns."""


def build_shell(page: PageContext, content: Any) -> list[Any]:
    """Return the content in its frame."""
    return [*build_top(page), *build_main(page, content)]


def build_top(page: PageContext) -> list[Any]:
    """Return the ribbon, which says what kind of figures the pages show."""
    return [_build_ribbon(list_data_notices(page.snapshot, page.locale))]


def build_main(page: PageContext, content: Any) -> list[Any]:
    """Return the content as the main part, with the footer."""
    return [tags.Main(content, id=MAIN, tabIndex=-1), _build_footer(page)]


def build_not_found(page: PageContext) -> Any:
    """Return the page for an unknown address, or one that the visitor may not see."""
    _ = page.locale.gettext
    return [
        tags.H1(_("Page not found")),
        tags.P(_("Check the address. If it is correct, the page no longer exists or you may not open it.")),
        tags.P(dcc.Link(_("Overview"), href=make_address(Selection(language=page.language), OVERVIEW_PATH))),
    ]


def _build_ribbon(marks: Sequence[str]) -> Any:
    return tags.Aside(" · ".join(marks), className="ribbon", **make_aria_label(marks[0])) if marks else None


def _build_footer(page: PageContext) -> Any:
    """Return the day, and on pages with live figures what kind they are."""
    _ = page.locale.gettext
    parts = [_("As of {day}", day=page.locale.format_day(page.now.date()))]
    if _has_live_figures(page.path):
        basis = _("approved and pending returns") if page.selection.include_unapproved else _("approved returns only")
        parts += [basis, _("figures rounded for display"), _("not published")]
    return tags.Footer(" · ".join(parts))


def _has_live_figures(path: str) -> bool:
    """Whether a page shows figures of the present returns: one with the filter bar, or of a single figure."""
    match = get_registry().find_page(path)
    is_filtered = match is not None and match[0].filters is not None
    return path.startswith(_FIGURE_PATHS) or (is_filtered and path != COMPARE_EDITIONS_PATH)
