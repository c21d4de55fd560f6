"""From an address to its page: the one callback that every page comes through."""

from typing import Any

from dash import ClientsideFunction, Input, Output

from dashboard.access.context import current_context, make_page_context, retry_on_stale_snapshot
from dashboard.access.gate import sign_in_address
from dashboard.access.permissions import Permission, current_visitor
from dashboard.access.registry import current_registry, registry
from dashboard.component_ids import ADDRESS, PAGE, PAGE_HEAD, PAGE_SHOWN
from dashboard.components.shell import build_not_found, build_shell
from dashboard.selection import split_language
from etl.locale import get_locale


@registry.callback(
    Output(PAGE, "children"),
    Output(PAGE_HEAD, "data"),
    Input(ADDRESS, "pathname"),
    Input(ADDRESS, "search"),
    permission="public",
)
def show_page(pathname: str | None, search: str | None) -> Any:
    """The page in its frame; for anybody who isn't signed in, where to sign in and nothing else."""
    return render_page(pathname or "/", search or "")


registry.clientside_callback(
    ClientsideFunction("cardec", "show_page"),
    Output(PAGE_SHOWN, "data"),
    Input(PAGE_HEAD, "data"),
    permission="public",
)


def render_page(pathname: str, search: str) -> tuple[Any, dict[str, str]]:
    """A page and what the browser must know of it: title and language, or where to go instead."""
    language, path = split_language(pathname)
    found = current_registry().find_page(path)
    request = make_page_context(pathname, search, found[1] if found else None)
    if found is None or not request.visitor.has_permission(found[0].permission):
        if current_context().settings.public_only:
            return None, {"redirect": pathname + search}
        if not request.visitor.is_signed_in:
            return None, {"redirect": sign_in_address(language, pathname + search)}
        if _is_document(path):
            return None, {"redirect": pathname + search}
        title = get_locale(language).gettext("There is no such page")
        return build_shell(request, build_not_found(request)), {"title": title, "language": language}
    page, codes = found
    title = get_locale(language).gettext(page.title, **codes)
    content = retry_on_stale_snapshot(page.layout, request)
    framed = content if page.permission is Permission.PUBLIC else build_shell(request, content)
    return framed, {"title": title, "language": language}


def _is_document(path: str) -> bool:
    """Whether the address answers by itself, with a page that the browser must load."""
    found = current_registry().find_route(path)
    return found is not None and "GET" in found[0].methods and current_visitor().has_permission(found[0].permission)
