"""Messages to people: which channels are set up, what was sent, and what was not."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.forms import build_error_summary, build_hidden_field, build_submit_button
from dashboard.components.markup import tags
from dashboard.components.tables import build_table
from dashboard.components.uploads import redirect_after_post
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.use_cases.notifications.outbox import Channel, Outbox, StoredMessage, list_outbox, send_again
from etl.wording.notifications import CHANNEL_LABELS, KIND_LABELS, STATE_LABELS
from etl.wording.returns import describe_error

PATH = "/admin/messages"


@registry.route(PATH, permission="administer", methods=("GET", "POST"))
def handle_messages(page: PageContext) -> ResponseReturnValue:
    """Show the messages; after a POST, send one again or show the error."""
    if request.method != "POST":
        return _render(page, ())
    text = request.form.get("message", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
    try:
        send_again(page.source.engine, number, actor=page.visitor.name, now=page.now)
    except TranslatableError as error:
        return _render(page, (describe_error(error, page.locale),))
    return redirect_after_post(f"{localize_path(PATH, page.language)}?notice=again")


def _render(page: PageContext, errors: Sequence[str]) -> ResponseReturnValue:
    _ = page.gettext
    title = _("Messages")
    outbox = list_outbox(page.source.engine, page.context.settings.notifications)
    is_queued = not errors and request.args.get("notice") == "again"
    content = [
        build_error_summary(errors, page),
        tags.P(_("The message is queued again."), className="done", role="status") if is_queued else None,
        tags.H1(title),
        tags.P(
            _(
                "Messages are sent when a return is due in 14 or 3 days, overdue, submitted or sent back, and when an "
                "edition is published. Everybody adds an address on the page of their own account."
            ),
            className="sub",
        ),
        _build_channels(page, outbox),
        _build_messages(page, outbox),
    ]
    return make_document_response(page, title, content, 422 if errors else 200)


def _build_channels(page: PageContext, outbox: Outbox) -> Any:
    _ = page.gettext
    rows = [
        [
            _(CHANNEL_LABELS[channel]),
            _("on") if channel in outbox.channels else _("off: not in the settings"),
            "–" if channel is Channel.WEBHOOK else str(outbox.people[channel]),
        ]
        for channel in Channel
    ]
    title = _("Channels")
    header = (_("Channel"), _("State"), _("Accounts with an address"))
    table = build_table(title, header, rows, numeric=(2,), table_id="channels", stacks=True)
    return tags.Section([tags.H2(title), table])


def _build_messages(page: PageContext, outbox: Outbox) -> Any:
    _ = page.gettext
    title = _("Newest messages")
    if not outbox.messages:
        return tags.Section([tags.H2(title), tags.P(_("No messages yet."), className="muted")])
    counts = " · ".join(f"{_(STATE_LABELS[state])}: {count}" for state, count in outbox.counts.items())
    header = (_("Written"), _("What"), _("Channel"), _("For"), _("State"))
    rows = [_build_row(page, message) for message in outbox.messages]
    table = build_table(title, header, rows, table_id="messages", stacks=True)
    return tags.Section([tags.H2(title), tags.P(counts, className="sub"), table])


def _build_row(page: PageContext, message: StoredMessage) -> list[Any]:
    _ = page.gettext
    return [
        page.locale.format_moment(message.created_at),
        _(KIND_LABELS[message.kind]),
        _(CHANNEL_LABELS[message.channel]),
        message.recipient or "–",
        _build_state(page, message),
    ]


def _build_state(page: PageContext, message: StoredMessage) -> Any:
    """Return the state with the error and the next attempt, and a button where somebody must decide."""
    _ = page.gettext
    parts: list[Any] = [_(STATE_LABELS[message.state])]
    if message.error:
        parts.append(tags.Small(message.error))
    if message.error and message.state == "waiting":
        parts.append(tags.Small(_("Next attempt: {time}", time=page.locale.format_moment(message.next_attempt_at))))
    if message.state.may_be_sent_again:
        fields = [
            build_hidden_field("message", str(message.id)),
            build_submit_button(_("Send again"), is_secondary=True),
        ]
        parts.append(tags.Form(fields, method="post", action=localize_path(PATH, page.language)))
    return parts
