"""The status of a job: its progress, messages and files."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission, Visitor
from dashboard.components.markup import make_aria_label, tags
from dashboard.selection import localize_path
from etl.jobs.queue import JobState, JobStatus, find_job_status, get_utc_now
from etl.locale import Locale
from etl.locale.formats import format_size
from etl.locale.translations import read_catalogue


def find_visible_job(page: PageContext, number: str) -> JobStatus | None:
    """Find the job of an address; None if it does not exist or the visitor may not see it."""
    job_id = parse_whole_number(number)
    if job_id is None:
        return None
    return find_job_status(
        page.source.engine,
        job_id,
        actor=page.visitor.name,
        can_see_all=may_see_all_jobs(page.visitor),
        now=get_utc_now(),
    )


def may_see_all_jobs(visitor: Visitor) -> bool:
    return visitor.has_permission(Permission.ADMINISTER)


def parse_whole_number(text: str) -> int | None:
    """Parse a number of an address of at most nine digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def build_job_status(status: JobStatus, page: PageContext) -> list[Any]:
    """Return the part of a job's page that changes while the job runs."""
    parts: list[Any] = [html.P(_describe_state(status, page.locale), className="job-state")]
    if status.job.state is JobState.RUNNING:
        parts.append(_build_progress(status, page.locale))
    if not status.job.state.is_finished and not status.has_active_worker:
        parts.append(_build_worker_notice(status, page.locale))
    if status.job.state is JobState.FAILED:
        error = status.job.error
        parts.append(dbc.Alert(read_catalogue(page.language).texts.get(error, error), color="warning"))
    return [*parts, *_build_result(status, page), _build_times(status, page.locale)]


def _describe_state(status: JobStatus, locale: Locale) -> str:
    _ = locale.gettext
    if status.job.state is JobState.WAITING:
        if status.jobs_ahead:
            job_count = status.jobs_ahead
            return locale.ngettext(
                "Queued. {count} job ahead.", "Queued. {count} jobs ahead.", job_count, count=job_count
            )
        return _("Queued.")
    labels = {
        JobState.RUNNING: _("In progress."),
        JobState.DONE: _("Done."),
        JobState.FAILED: _("The job failed:"),
    }
    return labels[status.job.state]


def _build_progress(status: JobStatus, locale: Locale) -> Any:
    """Return a progress bar with a label, without numbers until the job reports some."""
    _ = locale.gettext
    done, total = status.job.steps_done, status.job.steps_total
    text = _("{done} of {total}", done=f"{done:,}", total=f"{total:,}") if total else ""
    bar = dbc.Progress(value=done if total else 100, max=total or 100, animated=True, striped=not total)
    return html.Div([bar, html.Span(text)], className="job-progress", role="group", **make_aria_label(_("Progress")))


def _build_worker_notice(status: JobStatus, locale: Locale) -> Any:
    _ = locale.gettext
    return dbc.Alert(
        [
            html.P(_("No worker has been seen for a minute. The job waits for one. On the server:")),
            html.Pre("systemctl restart cardec-worker"),
            html.P(_("Or, where it is not a service:")),
            html.Pre("python -m etl work"),
            html.P(_("Or run the job directly:")),
            html.Pre(status.kind.command),
        ],
        color="warning",
    )


def _build_result(status: JobStatus, page: PageContext) -> list[Any]:
    _ = page.locale.gettext
    messages = [html.P(_(message.text, **message.parameters)) for message in status.messages]
    links = [html.Li(dcc.Link(_(text), href=localize_path(address, page.language))) for text, address in status.links]
    files = [
        html.Li(
            tags.A(
                f"{file.name} ({format_size(file.size)})",
                href=localize_path(f"/staff/jobs/{status.job.id}/files/{file.id}", page.language),
                download=file.name,
            )
        )
        for file in status.output_files
    ]
    result_list: list[Any] = [html.Ul([*files, *links], className="job-result")] if files or links else []
    if files:
        result_list.append(html.P(_("Files are kept for 30 days."), className="muted"))
    return [*messages, *result_list]


def _build_times(status: JobStatus, locale: Locale) -> Any:
    _ = locale.gettext
    job = status.job
    sentences = [_("Started by {who} on {moment}.", who=job.owner, moment=locale.format_moment(job.created_at))]
    if job.state.is_finished and job.finished_at is not None and job.started_at is not None:
        seconds = max(0, round((job.finished_at - job.started_at).total_seconds()))
        sentences.append(locale.ngettext("Took {seconds} second.", "Took {seconds} seconds.", seconds, seconds=seconds))
    return html.P(" ".join(sentences), className="muted")
