"""Staff pages as HTML documents that work without scripts."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from dashboard.access.context import PageContext
from dashboard.access.gate import SIGNED_OUT_NOTICE, get_csrf_token
from dashboard.components.forms import Errors, build_error_summary, build_hidden_field
from dashboard.components.header import build_language_links
from dashboard.components.help_links import make_help_address
from dashboard.components.markup import tags
from dashboard.components.navigation import list_administration, list_navigation
from dashboard.components.shell import build_shell
from dashboard.components.templates import render_template

_STYLES = ("bootstrap.css", "fonts.css", "base.css", "staff.css", "sending.css", "work.css", "accounts.css", "help.css")


def make_document_response(page: PageContext, title: str, content: Any, status: int = 200) -> Response:
    """Return the content in the frame of staff pages. The document's scripts only add comfort, such as progress."""
    html = render_template(
        "document.html",
        page.locale,
        csrf=get_csrf_token(),
        title=title,
        styles=_STYLES,
        navigation=list_navigation(page),
        administration=list_administration(page),
        languages=build_language_links(page),
        help_address=make_help_address(page),
        visitor=page.visitor.name,
        visitor_name=page.visitor.display_name,
        shell=build_shell(page, [_build_signed_out_note(page), content]),
    )
    return Response(html, status, mimetype="text/html")


def _build_signed_out_note(page: PageContext) -> Any:
    """Return a note for somebody whose form was sent after the session had ended; a script fills the form in again."""
    if request.args.get("notice") != SIGNED_OUT_NOTICE:
        return None
    text = page.gettext(
        "You were no longer signed in, so nothing was saved. Check what you entered, then send it again."
    )
    return tags.P(text, className="note", id="signed-out", role="status")


def render_document(
    template: str,
    page: PageContext,
    title: str,
    *,
    errors: Errors | Sequence[str] = (),
    notice: str = "",
    status: int = 200,
    **values: Any,
) -> Response:
    """Return a template that extends `content.html` in the frame of staff pages.

    The page begins with a summary of the errors and the notice about the last action.
    """
    csrf = get_csrf_token()
    content = render_template(
        template,
        page.locale,
        csrf=csrf,
        csrf_field=build_hidden_field("csrf", csrf),
        page=page,
        title=title,
        error_summary=build_error_summary(errors, page),
        notice=notice,
        **values,
    )
    return make_document_response(page, title, content, status)
