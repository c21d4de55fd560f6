"""How far a job is, and what came of it."""

from typing import Any

from dash import dcc, html

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission, Visitor
from dashboard.components.tables import aria_label, element
from dashboard.selection import localize_path
from etl.jobs.queue import JobState, JobStatus, find_job_status, utc_now
from etl.locale import Locale
from etl.locale.formats import format_size
from etl.locale.translations import read_catalogue


def find_visible_job(request: PageContext, number: str) -> JobStatus | None:
    """The job of an address, where its visitor may see it."""
    wanted = parse_whole_number(number)
    if wanted is None:
        return None
    return find_job_status(
        request.source.engine,
        wanted,
        actor=request.visitor.name,
        can_see_all=may_see_all_jobs(request.visitor),
        now=utc_now(),
    )


def may_see_all_jobs(visitor: Visitor) -> bool:
    return visitor.has_permission(Permission.ADMINISTER)


def parse_whole_number(text: str) -> int | None:
    """The number in an address; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def build_job_status(status: JobStatus, request: PageContext) -> list[Any]:
    """Everything that changes on a job's page."""
    parts: list[Any] = [html.P(_state_words(status, request.locale), className="job-state")]
    if status.job.state is JobState.RUNNING:
        parts.append(_progress(status, request.locale))
    if not status.job.state.is_finished and not status.has_active_worker:
        parts.append(_no_worker(status, request.locale))
    if status.job.state is JobState.FAILED:
        error = status.job.error
        parts.append(html.P(read_catalogue(request.language).texts.get(error, error), className="note"))
    return [*parts, *_result(status, request), _times(status, request.locale)]


def _state_words(standing: JobStatus, locale: Locale) -> str:
    _ = locale.gettext
    if standing.job.state is JobState.WAITING:
        if standing.jobs_ahead:
            return _("Waiting; {count} before it.", count=standing.jobs_ahead)
        return _("Waiting to be begun.")
    words = {
        JobState.RUNNING: _("In progress."),
        JobState.DONE: _("Done."),
        JobState.FAILED: _("It could not be done:"),
    }
    return words[standing.job.state]


def _progress(standing: JobStatus, locale: Locale) -> Any:
    """A bar with the same in words; without numbers until the job has told some."""
    _ = locale.gettext
    done, total = standing.job.steps_done, standing.job.steps_total
    label = aria_label(_("Progress"))
    if not total:
        return html.Div(element("Progress", None, **label), className="job-progress")
    words = _("{done} of {total}", done=f"{done:,}", total=f"{total:,}")
    bar = element("Progress", None, value=str(done), max=str(total), **label)
    return html.Div([bar, html.Span(words)], className="job-progress")


def _no_worker(standing: JobStatus, locale: Locale) -> Any:
    _ = locale.gettext
    return html.Div(
        [
            html.P(_("No worker has been seen for a minute. Start one on the server:")),
            html.Pre("python -m etl work"),
            html.P(_("Or have the same done at once:")),
            html.Pre(standing.kind.command),
        ],
        className="note",
    )


def _result(standing: JobStatus, request: PageContext) -> list[Any]:
    _ = request.locale.gettext
    told = [html.P(_(one.text, **one.parameters)) for one in standing.messages]
    links = [
        html.Li(dcc.Link(_(text), href=localize_path(address, request.language))) for text, address in standing.links
    ]
    files = [
        html.Li(
            element(
                "A",
                f"{one.name} ({format_size(one.size)})",
                href=localize_path(f"/staff/jobs/{standing.job.id}/files/{one.id}", request.language),
                download=one.name,
            )
        )
        for one in standing.output_files
    ]
    listed: list[Any] = [html.Ul([*files, *links], className="job-result")] if files or links else []
    if files:
        listed.append(html.P(_("Files are kept for 30 days."), className="muted"))
    return [*told, *listed]


def _times(standing: JobStatus, locale: Locale) -> Any:
    _ = locale.gettext
    job = standing.job
    said = [_("Started by {who} on {moment}.", who=job.owner, moment=locale.format_moment(job.created_at))]
    if job.state.is_finished and job.finished_at is not None and job.started_at is not None:
        seconds = max(0, round((job.finished_at - job.started_at).total_seconds()))
        said.append(_("It took {seconds} seconds.", seconds=seconds))
    return html.P(" ".join(said), className="muted")
