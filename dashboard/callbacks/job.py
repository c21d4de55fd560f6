"""Asks again how far a job is, for as long as it isn't over."""

from typing import Any

from dash import Input, Output, State

from dashboard.access.registry import ask, registry
from dashboard.component_ids import ADDRESS, JOB_POLL, JOB_STANDING
from dashboard.components.job_status import build_job_standing, find_standing


@registry.callback(
    Output(JOB_STANDING, "children"),
    Output(JOB_POLL, "disabled"),
    Input(JOB_POLL, "n_intervals"),
    State(ADDRESS, "pathname"),
    permission="staff",
    prevent_initial_call=True,
)
def renew_job(_count: int | None, pathname: str | None) -> tuple[Any, bool]:
    """The job of the page's address, if it is its visitor's, and whether asking may end."""
    request = ask(pathname or "/", "")
    standing = find_standing(request, request.path.rstrip("/").rpartition("/")[2])
    if standing is None:
        return [], True
    return build_job_standing(standing, request), standing.job.state.is_over
