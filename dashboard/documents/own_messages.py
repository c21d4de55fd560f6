"""The part of one's own account that sets up messages: an e-mail address and a Telegram chat."""

from collections.abc import Callable
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.components.forms import build_submit_button, build_text_field
from dashboard.components.markup import tags
from dashboard.selection import localize_path
from etl.use_cases.notifications.contacts import (
    Channel,
    Contact,
    find_own_contact,
    remove_address,
    save_email,
    start_linking,
)

ACCOUNT_PATH = "/staff/account"


def build_messages_section(page: PageContext, code: str = "") -> Any:
    """Return the section; None while no channel that people receive is set up. `code` links a Telegram chat."""
    _, settings = page.gettext, page.context.settings.notifications
    if not (settings.has_mail or settings.has_telegram):
        return None
    contact = find_own_contact(page.source.engine, page.visitor.name) or Contact(
        user=page.visitor.name, language=page.language
    )
    intro = _(
        "You get a message when a return is due in 14 and 3 days, overdue, to review or sent back to you, and when an "
        "edition is published. Messages contain no numbers of returns."
    )
    parts = [
        _build_mail_part(page, contact) if settings.has_mail else None,
        _build_telegram_part(page, contact, code) if settings.has_telegram else None,
    ]
    content = [tags.H2(_("Messages")), tags.P(intro, className="muted"), tags.Div(parts, className="two")]
    return tags.Section(content, id="account-messages")


def _build_mail_part(page: PageContext, contact: Contact) -> Any:
    _ = page.gettext
    field = build_text_field(
        _("E-mail address"), "email", value=contact.email, type="email", autocomplete="email", required=True
    )
    form = _build_form(page, "email", [field, build_submit_button(_("Save"))])
    remove = _build_form(page, "email-remove", [_build_stop_button(page)]) if contact.email else None
    return tags.Div([tags.H3(_("E-mail")), form, remove])


def _build_telegram_part(page: PageContext, contact: Contact, code: str) -> Any:
    _, bot = page.gettext, page.context.settings.notifications.telegram_bot
    parts: list[Any] = [tags.H3(_("Telegram"))]
    if code:
        address = f"https://t.me/{bot}?start={code}"
        parts += [
            tags.P(_("Open this link on your phone within an hour and press Start. A message then arrives there.")),
            tags.P(tags.A(f"t.me/{bot}", href=address, rel="noreferrer")),
            tags.P([_("Or send this to @{bot}:", bot=bot), " ", tags.Code(f"/start {code}")]),
        ]
    elif contact.telegram_chat:
        since = page.locale.format_moment(contact.telegram_since) if contact.telegram_since else ""
        parts += [
            tags.P(_("Linked since {time}.", time=since)),
            _build_form(page, "telegram-remove", [_build_stop_button(page)]),
        ]
    else:
        parts.append(_build_form(page, "telegram", [build_submit_button(_("Link Telegram"))]))
    return tags.Div(parts)


def _build_stop_button(page: PageContext) -> Any:
    return build_submit_button(page.gettext("Stop messages"), is_secondary=True)


def _build_form(page: PageContext, name: str, fields: list[Any], css_class: str = "stacked") -> Any:
    address = localize_path(f"{ACCOUNT_PATH}/{name}", page.language)
    return tags.Form(fields, method="post", action=address, className=css_class)


def save_own_email(page: PageContext) -> ResponseReturnValue:
    """Save the e-mail address of the form."""
    address = request.form.get("email", "")
    save_email(page.source.engine, page.visitor.name, address, language=page.language, now=page.now)
    return _redirect(page, "messages")


def make_link_code(page: PageContext) -> str:
    """Return a code with which the visitor links a Telegram chat."""
    return start_linking(page.source.engine, page.visitor.name, language=page.language, now=page.now)


def make_removal(channel: Channel) -> Callable[[PageContext], ResponseReturnValue]:
    """Return the action that removes the address of a channel."""

    def remove(page: PageContext) -> ResponseReturnValue:
        remove_address(page.source.engine, page.visitor.name, channel, now=page.now)
        return _redirect(page, "stopped")

    return remove


def _redirect(page: PageContext, notice: str) -> ResponseReturnValue:
    return redirect(localize_path(f"{ACCOUNT_PATH}?notice={notice}", page.language), 303)
