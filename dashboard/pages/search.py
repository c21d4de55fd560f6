"""The page of search results."""

from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.empty_states import build_no_plan_page
from dashboard.components.markup import tags
from dashboard.components.navigation import SEARCH_PATH
from dashboard.components.pagination import read_query_value
from dashboard.components.search_results import SEARCH_PARAMETER, build_search_results


@registry.page(SEARCH_PATH, title="Search", permission="staff")
def build_search_page(page: PageContext) -> Any:
    """Return what matches the text of the address."""
    if page.snapshot is None:
        return build_no_plan_page(page)
    text, _ = read_query_value(page, SEARCH_PARAMETER), page.gettext
    title = _("Search results for “{text}”", text=text[:80]) if text else _("Search")
    return [tags.H1(title), *build_search_results(page, text)]
