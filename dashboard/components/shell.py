"""The frame of every staff page below the header: ribbon, main part and footer."""

from collections.abc import Sequence
from typing import Any

from dashboard.access.context import PageContext
from dashboard.component_ids import MAIN
from dashboard.components.markup import dcc, make_aria_label, tags
from dashboard.components.navigation import OVERVIEW_PATH
from dashboard.selection import Selection, make_address
from etl.exports.about import list_data_notices


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
        tags.P(_("The address may be mistyped, or the page is not open to you.")),
        tags.P(dcc.Link(_("Overview"), href=make_address(Selection(language=page.language), OVERVIEW_PATH))),
    ]


def _build_ribbon(marks: Sequence[str]) -> Any:
    return tags.Aside(" · ".join(marks), className="ribbon", **make_aria_label(marks[0])) if marks else None


def _build_footer(page: PageContext) -> Any:
    _ = page.locale.gettext
    status = _("approved and pending returns") if page.selection.include_unapproved else _("approved returns only")
    day = page.locale.format_day(page.now.date())
    parts = [_("As of {day}", day=day), status, _("figures rounded for display"), _("not published")]
    return tags.Footer(" · ".join(parts))
