"""Staff pages as HTML documents that work without scripts."""

from typing import Any

from flask import Response

from dashboard.access.context import PageContext
from dashboard.access.gate import current_csrf_token
from dashboard.components.shell import build_shell
from dashboard.components.templates import render_template

_STYLES = ("bootstrap.css", "fonts.css", "base.css", "staff.css", "sending.css", "work.css", "accounts.css")


def make_document_response(page: PageContext, title: str, content: Any, status: int = 200) -> Response:
    """Return the content in the frame of staff pages. The document's scripts only add comfort, such as progress."""
    html = render_template(
        "document.html",
        page.locale,
        csrf=current_csrf_token(),
        title=title,
        styles=_STYLES,
        shell=build_shell(page, content),
    )
    return Response(html, status, mimetype="text/html")
