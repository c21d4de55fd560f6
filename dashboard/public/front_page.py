"""The public home page and the health check."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.plain_page import render_plain_page
from dashboard.public.edition_responses import (
    get_edition_cache,
    make_file_response,
    make_not_found_response,
    redirect_permanently,
)
from dashboard.selection import localize_path
from etl.wording.contact import describe_contact


@registry.route("/health", permission="public")
def check_health(page: PageContext) -> ResponseReturnValue:
    """Return `ok` while this process answers requests."""
    return Response("ok", mimetype="text/plain")


@registry.route("/", permission="public")
def show_front_page(page: PageContext) -> ResponseReturnValue:
    """Show the newest edition, or the plan's objectives before the first edition."""
    if page.language == "km" and not request.path.endswith("/"):
        return redirect_permanently(localize_path("/", "km"))
    editions = get_edition_cache(page.source).list_editions()
    if editions:
        response = make_file_response(page, editions[-1], "km" if page.language == "km" else "", editions)
        return response if response is not None else make_not_found_response(page, editions)
    return _make_unpublished_response(page)


def _make_unpublished_response(page: PageContext) -> ResponseReturnValue:
    _, is_public_only = page.gettext, page.context.settings.public_only
    # A server for donors only reads editions, so it does not know the plan before the first edition.
    snapshot = None if is_public_only else page.source.find_snapshot()
    plan = snapshot.plans.latest if snapshot else None
    html = render_plain_page(
        "front_page.html",
        title=plan.settings.name.get_text(page.language) if plan else _("Strategic plan and results"),
        locale=page.locale,
        path="/",
        notices=(_("Provisional indicators"),) if plan and plan.is_provisional else (),
        with_sign_in=not is_public_only,
        plan=plan,
        contact=describe_contact(page.context.settings.publisher.contact, page.locale),
    )
    response = Response(html, mimetype="text/html")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)
