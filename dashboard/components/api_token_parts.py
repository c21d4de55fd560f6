"""Parts of the account pages for API tokens: the list with its buttons, the form, and a new token to copy."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.forms import (
    build_credential_field,
    build_hidden_field,
    build_select_field,
    build_submit_button,
    build_text_field,
)
from dashboard.components.markup import tags
from dashboard.components.tables import build_table
from dashboard.selection import add_base_path
from etl.exports.live_figures import LIVE_PATH
from etl.use_cases.accounts.api_tokens import LIFETIMES, ApiToken

_DEFAULT_LIFETIME = 90


def build_token_table(page: PageContext, tokens: Sequence[ApiToken], revoke_address: str) -> Any:
    """Return the tokens with a button each that revokes it; None without tokens."""
    if not tokens:
        return None
    _ = page.gettext
    header = (_("Name"), _("Created"), _("Last used"), _("Valid until"), _("Action"))
    rows = [_build_token_row(page, token, revoke_address) for token in tokens]
    return build_table(_("API tokens"), header, rows, table_id="tokens", stacks=True)


def _build_token_row(page: PageContext, token: ApiToken, revoke_address: str) -> list[Any]:
    _, locale = page.gettext, page.locale
    is_live = token.expires_at > page.now
    expiry = locale.format_moment(token.expires_at)
    button = build_submit_button(
        _("Revoke") if is_live else _("Delete"),
        is_secondary=True,
        **{"aria-label": _("Revoke {name}", name=token.name) if is_live else _("Delete {name}", name=token.name)},
    )
    return [
        token.name,
        locale.format_moment(token.created_at),
        locale.format_moment(token.last_used_at) if token.last_used_at else _("never"),
        expiry if is_live else _("expired {moment}", moment=expiry),
        tags.Form([build_hidden_field("token", str(token.id)), button], method="post", action=revoke_address),
    ]


def build_token_form(page: PageContext, address: str, entries: Mapping[str, str]) -> Any:
    """Return the form that makes a token, with what was entered before an error."""
    _, ngettext = page.gettext, page.locale.ngettext
    days = [(str(count), ngettext("{count} day", "{count} days", count, count=count)) for count in LIFETIMES]
    fields = [
        build_text_field(
            _("Name of the new token"),
            "token_name",
            value=entries.get("token_name", ""),
            hint=_("What will use it, for example: Excel on the office computer"),
            required=True,
            autocomplete="off",
        ),
        build_select_field(
            _("Valid for"), "days", days, entries.get("days", str(_DEFAULT_LIFETIME)), field_id="token-days"
        ),
        build_credential_field(
            _("Current password"),
            "password",
            kind="password",
            autocomplete="current-password",
            hint=_("This stops other people from creating a token on a computer where you are signed in."),
        ),
        build_submit_button(_("Create token")),
    ]
    return tags.Form(fields, method="post", action=address, className="stacked")


def build_new_token(page: PageContext, token: str) -> Any:
    """Return a message with a new token to copy, and what to send it with. It is stored nowhere."""
    _ = page.gettext
    header_id = "new-token"
    copy = tags.Button(_("Copy"), type="button", className="button", **{"data-copy": header_id})
    address = f"{page.origin}{add_base_path(LIVE_PATH)}"
    return tags.Div(
        [
            tags.H3(_("Your new token")),
            tags.P(_("Copy it now: it is shown only once. Keep it like a password.")),
            tags.Pre(token, id=header_id, tabIndex=0),
            tags.P(copy),
            tags.P(_("Send it to this address in the header Authorization, after the word Bearer:")),
            tags.Pre(f"{address}\nAuthorization: Bearer {token}", tabIndex=0),
        ],
        className="explain link",
        role="status",
    )
