"""A job: its progress, its result and its files."""

from typing import Any

from dash import dcc, html
from flask import Response
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.component_ids import JOB_POLL, JOB_STATUS
from dashboard.components.download import make_download_response
from dashboard.components.job_status import build_job_status, find_visible_job, may_see_all_jobs, parse_whole_number
from dashboard.components.shell import build_not_found
from etl.jobs.queue import find_job_file
from etl.use_cases.reporting.audit_export import record_export

_POLL_SECONDS = 3


@registry.page("/staff/jobs/<number>", title="Job {number}", permission="staff")
def build_job(page: PageContext) -> Any:
    """Return the page of a job, for its owner and for administrators."""
    status = find_visible_job(page, page.path_params["number"])
    if status is None:
        return build_not_found(page)
    is_over = status.job.state.is_finished
    return [
        html.H1(page.gettext(status.kind.title)),
        html.Div(build_job_status(status, page), id=JOB_STATUS, role="status"),
        dcc.Interval(id=JOB_POLL, interval=_POLL_SECONDS * 1000, disabled=is_over),
    ]


@registry.route("/staff/jobs/<number>/files/<file>", permission="staff")
def download_job_file(page: PageContext) -> ResponseReturnValue:
    """Return a file that the job made."""
    number, file = parse_whole_number(page.path_params["number"]), parse_whole_number(page.path_params["file"])
    output_file = None
    if number is not None and file is not None:
        actor, sees_all = page.visitor.name, may_see_all_jobs(page.visitor)
        output_file = find_job_file(page.source.engine, number, file, actor=actor, can_see_all=sees_all)
    if output_file is None:
        return Response("Not found", 404)
    subject = f"job {number}, {output_file.name}"
    record_export(page.source.engine, subject, actor=page.visitor.name, now=page.now)
    return make_download_response(output_file.data, output_file.name, output_file.media_type)
