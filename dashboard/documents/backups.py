"""Backups: how old the last one is, and the button that makes one."""

from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.forms import build_submit_button
from dashboard.components.markup import tags
from dashboard.components.tables import build_table
from dashboard.components.uploads import redirect_after_post
from dashboard.selection import localize_path
from etl.jobs.queue import start_job
from etl.use_cases.operations.scheduled_backup import list_backups

PATH = "/admin/backups"
_MAX_DAYS = 7
"""An older last backup is a warning."""


@registry.route(PATH, permission="administer", methods=("GET", "POST"))
def handle_backups(page: PageContext) -> ResponseReturnValue:
    """Show the newest backups; on POST, start the job that makes one and redirect to it."""
    if request.method == "POST":
        job_id = start_job(page.source.engine, "backup", owner=page.visitor.name, now=page.now)
        return redirect_after_post(localize_path(f"/staff/jobs/{job_id}", page.language))
    _ = page.gettext
    backups = list_backups(page.source.engine)
    rows = [[page.locale.format_moment(event.at), event.new, event.actor] for event in backups]
    header = (_("Made"), _("File"), _("By"))
    form = tags.Form(
        [build_submit_button(_("Back up now"))],
        method="post",
        action=localize_path(PATH, page.language),
        className="stacked",
    )
    content = [
        tags.H1(_("Backups")),
        tags.P(
            _(
                "A backup is one file on the server with everything: returns, files, evidence, editions, accounts and "
                "the audit log. Everybody can work meanwhile."
            ),
            className="sub",
        ),
        _build_age(page, backups[0].at if backups else None),
        _build_schedule(page),
        form,
        tags.P(_("Once a week, copy the newest backup to a USB disk and keep it in another building.")),
        build_table(_("Newest backups"), header, rows, table_id="backups", show_caption=True, stacks=True)
        if rows
        else None,
    ]
    return make_document_response(page, _("Backups"), content)


def _build_age(page: PageContext, made_at: datetime | None) -> Any:
    """Build the age of the last backup, as a warning where there is none of this week."""
    _ = page.gettext
    if made_at is None:
        return tags.P(_("No backup has been made yet."), className="fault")
    days = (page.now - made_at).days
    if days < 1:
        return tags.P(_("The last backup is less than a day old."), className="done")
    text = page.locale.ngettext(
        "The last backup is {count} day old.", "The last backup is {count} days old.", days, count=days
    )
    return tags.P(text, className="fault" if days > _MAX_DAYS else "done")


def _build_schedule(page: PageContext) -> Any:
    settings = page.context.settings
    if not settings.backup_hours:
        return tags.P(
            page.gettext(
                "The worker makes no backups, because BACKUP_HOURS is not set. A timer of the server may make them."
            )
        )
    text = page.locale.ngettext(
        "The worker makes a backup every {count} hour and keeps the newest {keep}.",
        "The worker makes a backup every {count} hours and keeps the newest {keep}.",
        settings.backup_hours,
        count=settings.backup_hours,
        keep=settings.backup_keep,
    )
    return tags.P(text)
