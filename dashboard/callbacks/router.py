"""The callback that loads every page that is built from components."""

from typing import Any
from urllib.parse import urlsplit

from dash import ClientsideFunction, Input, Output

from dashboard.access.context import PageContext, get_context, make_page_context, retry_on_stale_snapshot
from dashboard.access.gate import make_sign_in_address
from dashboard.access.permissions import Permission, get_visitor
from dashboard.access.registry import get_registry, registry
from dashboard.component_ids import ADDRESS, PAGE, PAGE_HEAD, PAGE_READY, PAGE_TOP
from dashboard.components.help_links import make_help_address
from dashboard.components.navigation import find_section_path
from dashboard.components.selection_note import build_selection_notes
from dashboard.components.shell import build_main, build_not_found, build_top
from dashboard.components.static_parts import FoldingRules, fold_static_parts
from dashboard.selection import make_address, split_language
from etl.locale import get_locale


@registry.callback(
    Output(PAGE_TOP, "children"),
    Output(PAGE, "children"),
    Output(PAGE_HEAD, "data"),
    Input(ADDRESS, "pathname"),
    Input(ADDRESS, "search"),
    permission="public",
)
def show_page(pathname: str | None, search: str | None) -> Any:
    """Return the page of the address in its frame, or where to sign in for an anonymous visitor."""
    top, content, head = render_page(pathname or "/", search or "")
    rules = FoldingRules(is_used=get_registry().is_used_by_callbacks, is_page=_is_page)
    return fold_static_parts(top, rules), fold_static_parts(content, rules), head


registry.clientside_callback(
    ClientsideFunction("cardec", "show_page"),
    Output(PAGE_READY, "data"),
    Input(PAGE_HEAD, "data"),
    permission="public",
)


def render_page(pathname: str, search: str) -> tuple[Any, Any, dict[str, str]]:
    """Return the components of the top and of the page, and its title and language, or the address to redirect to."""
    language, path = split_language(pathname)
    match = get_registry().find_page(path)
    page = make_page_context(pathname, search, match[1] if match else None)
    if match is None or not page.visitor.has_permission(match[0].permission):
        if get_context().settings.public_only:
            return None, None, {"redirect": pathname + search}
        if _is_document(path):
            return None, None, {"redirect": pathname + search}
        if not page.visitor.is_signed_in:
            return None, None, {"redirect": make_sign_in_address(language, pathname + search)}
        title = get_locale(language).gettext("Page not found")
        return build_top(page), build_main(page, build_not_found(page)), _make_head(page, title)
    page_route, path_params = match
    title = get_locale(language).gettext(page_route.title, **path_params)
    content = retry_on_stale_snapshot(page_route.layout, page)
    if page_route.permission is Permission.PUBLIC:
        return None, content, _make_head(page, title)
    notes = build_selection_notes(page, page_route.filters)
    return build_top(page), build_main(page, [*notes, *content]), _make_head(page, title)


def _make_head(page: PageContext, title: str) -> dict[str, str]:
    """Return what the browser shows around the page: title, language, section and query of the header's links."""
    query = make_address(page.selection, "")
    return {
        "title": title,
        "language": page.language,
        "section": find_section_path(page.path),
        "help": make_help_address(page),
        "query": query[query.index("?") :] if "?" in query else "",
    }


def _is_page(address: str) -> bool:
    """Whether this callback shows the address of a link; one without a path is on the same page."""
    path = urlsplit(address).path
    return not path or get_registry().find_page(split_language(path)[1]) is not None


def _is_document(path: str) -> bool:
    """Whether the visitor may load the address as a document of its own, without this callback."""
    match = get_registry().find_route(path)
    return match is not None and "GET" in match[0].methods and get_visitor().has_permission(match[0].permission)
