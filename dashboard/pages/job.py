"""One's own long work: how far it is, what came of it, and the files that it made."""

from typing import Any
from urllib.parse import quote

from dash import dcc, html
from flask import Response
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.component_ids import JOB_POLL, JOB_STATUS
from dashboard.components.job_status import build_job_status, find_visible_job, may_see_all_jobs, parse_whole_number
from etl.jobs.queue import find_job_file

_POLL_SECONDS = 3


@registry.page("/staff/jobs/<number>", title="Long work {number}", permission="staff")
def build_job(request: PageContext) -> Any:
    """The job's page for who started it and for the administrator; for others as if it didn't exist."""
    standing = find_visible_job(request, request.path_params["number"])
    if standing is None:
        return [
            html.H1(request.gettext("There is no such page")),
            html.P(request.gettext("The address may be mistyped, or the page is not open to you.")),
        ]
    is_over = standing.job.state.is_finished
    return [
        html.H1(request.gettext(standing.kind.title)),
        html.Div(build_job_status(standing, request), id=JOB_STATUS, role="status"),
        dcc.Interval(id=JOB_POLL, interval=_POLL_SECONDS * 1000, disabled=is_over),
    ]


@registry.route("/staff/jobs/<number>/files/<file>", permission="staff")
def download_job_file(request: PageContext) -> ResponseReturnValue:
    """A file that the job made, as a download."""
    number, file = parse_whole_number(request.path_params["number"]), parse_whole_number(request.path_params["file"])
    found = None
    if number is not None and file is not None:
        who, sees_all = request.visitor.name, may_see_all_jobs(request.visitor)
        found = find_job_file(request.source.engine, number, file, actor=who, can_see_all=sees_all)
    if found is None:
        return Response("Not found", 404)
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "-_.") else "-" for one in found.name)
    place = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name, safe='')}"
    headers = {"Content-Disposition": place, "Cache-Control": "no-store"}
    return Response(found.data, content_type=found.media_type, headers=headers)
