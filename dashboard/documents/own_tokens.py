"""The part of one's own account with the API tokens."""

from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.components.api_token_parts import build_new_token, build_token_form, build_token_table
from dashboard.components.markup import tags
from dashboard.documents.own_messages import ACCOUNT_PATH
from dashboard.selection import localize_path
from etl.use_cases.accounts.api_tokens import list_api_tokens, make_api_token, revoke_api_token


def build_tokens_section(page: PageContext, new_token: str = "") -> Any:
    """Return the section with the visitor's tokens, and with a new one to copy."""
    _ = page.gettext
    intro = _(
        "A token lets Excel, Power BI or a script read the current figures of all sites. It opens nothing else. "
        "Changing your password revokes all tokens."
    )
    table = build_token_table(
        page, list_api_tokens(page.source.engine, page.visitor.name), _make_address(page, "token-revoke")
    )
    content = [
        tags.H2(_("API tokens")),
        tags.P(intro, className="muted"),
        build_new_token(page, new_token) if new_token else None,
        table,
        build_token_form(page, _make_address(page, "token"), {} if new_token else request.form),
    ]
    return tags.Section(content, id="account-tokens")


def make_own_token(page: PageContext) -> str:
    """Make the token of the form and return it."""
    form, settings = request.form, page.context.settings
    days = form.get("days", "")
    return make_api_token(
        page.source.engine,
        page.visitor.name,
        name=form.get("token_name", ""),
        days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
        password=form.get("password", ""),
        address=request.remote_addr or "",
        pepper=settings.secret_key,
        now=page.now,
    )


def revoke_own_token(page: PageContext) -> ResponseReturnValue:
    """Revoke the token of the form."""
    name = page.visitor.name
    revoke_api_token(page.source.engine, request.form.get("token", ""), user=name, actor=name, now=page.now)
    return redirect(localize_path(f"{ACCOUNT_PATH}?notice=token", page.language), 303)


def _make_address(page: PageContext, action: str) -> str:
    return localize_path(f"{ACCOUNT_PATH}/{action}", page.language)
