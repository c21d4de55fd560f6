"""How far a job is, and what came of it."""

from typing import Any

from dash import dcc, html

from dashboard.access.registry import PageRequest, Permission, Visitor
from dashboard.components.tables import aria, element
from dashboard.selection import in_language
from etl.jobs.queue import JobStanding, JobState, find_job_standing, this_moment
from etl.locale.translations import format_moment, format_size, read_catalogue, speak


def find_standing(request: PageRequest, number: str) -> JobStanding | None:
    """The job of an address, where its visitor may see it."""
    wanted = whole_number(number)
    if wanted is None:
        return None
    return find_job_standing(
        request.source.engine,
        wanted,
        who=request.visitor.name,
        sees_all=sees_all_jobs(request.visitor),
        moment=this_moment(),
    )


def sees_all_jobs(visitor: Visitor) -> bool:
    return visitor.may(Permission.ADMINISTER)


def whole_number(text: str) -> int | None:
    """The number in an address; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def build_job_standing(standing: JobStanding, request: PageRequest) -> list[Any]:
    """Everything that changes on a job's page."""
    parts: list[Any] = [html.P(_state_words(standing, request.language), className="job-state")]
    if standing.job.state is JobState.RUNNING:
        parts.append(_progress(standing, request.language))
    if not standing.job.state.is_over and not standing.is_worker_there:
        parts.append(_no_worker(standing, request.language))
    if standing.job.state is JobState.FAILED:
        error = standing.job.error
        parts.append(html.P(read_catalogue(request.language).get(error, error), className="note"))
    return [*parts, *_result(standing, request), _times(standing, request.language)]


def _state_words(standing: JobStanding, language: str) -> str:
    say = speak(language)
    if standing.job.state is JobState.WAITING:
        if standing.before:
            return say("Waiting; {count} before it.", count=standing.before)
        return say("Waiting to be begun.")
    words = {
        JobState.RUNNING: say("In progress."),
        JobState.DONE: say("Done."),
        JobState.FAILED: say("It could not be done:"),
    }
    return words[standing.job.state]


def _progress(standing: JobStanding, language: str) -> Any:
    """A bar with the same in words; without numbers until the job has told some."""
    say = speak(language)
    done, total = standing.job.steps_done, standing.job.steps_total
    label = aria(say("Progress"))
    if not total:
        return html.Div(element("Progress", None, **label), className="job-progress")
    words = say("{done} of {total}", done=f"{done:,}", total=f"{total:,}")
    bar = element("Progress", None, value=str(done), max=str(total), **label)
    return html.Div([bar, html.Span(words)], className="job-progress")


def _no_worker(standing: JobStanding, language: str) -> Any:
    say = speak(language)
    return html.Div(
        [
            html.P(say("No worker has been seen for a minute. Start one on the server:")),
            html.Pre("python -m etl work"),
            html.P(say("Or have the same done at once:")),
            html.Pre(standing.kind.command),
        ],
        className="note",
    )


def _result(standing: JobStanding, request: PageRequest) -> list[Any]:
    say = speak(request.language)
    told = [html.P(say(one.text, **one.parameters)) for one in standing.told]
    links = [
        html.Li(dcc.Link(say(text), href=in_language(address, request.language))) for text, address in standing.links
    ]
    files = [
        html.Li(
            element(
                "A",
                f"{one.name} ({format_size(one.size)})",
                href=in_language(f"/staff/jobs/{standing.job.id}/files/{one.id}", request.language),
                download=one.name,
            )
        )
        for one in standing.made
    ]
    listed: list[Any] = [html.Ul([*files, *links], className="job-result")] if files or links else []
    if files:
        listed.append(html.P(say("Files are kept for 30 days."), className="muted"))
    return [*told, *listed]


def _times(standing: JobStanding, language: str) -> Any:
    say = speak(language)
    job = standing.job
    said = [say("Started by {who} on {moment}.", who=job.owner, moment=format_moment(job.created_at, language))]
    if job.state.is_over and job.finished_at is not None and job.started_at is not None:
        seconds = max(0, round((job.finished_at - job.started_at).total_seconds()))
        said.append(say("It took {seconds} seconds.", seconds=seconds))
    return html.P(" ".join(said), className="muted")
