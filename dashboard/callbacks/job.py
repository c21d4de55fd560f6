"""The callback that refreshes a job's status until the job has finished."""

from typing import Any

from dash import Input, Output, State

from dashboard.access.context import make_page_context
from dashboard.access.registry import registry
from dashboard.component_ids import ADDRESS, JOB_POLL, JOB_STATUS
from dashboard.components.job_status import build_job_status, find_visible_job


@registry.callback(
    Output(JOB_STATUS, "children"),
    Output(JOB_POLL, "disabled"),
    Input(JOB_POLL, "n_intervals"),
    State(ADDRESS, "pathname"),
    permission="staff",
    prevent_initial_call=True,
)
def refresh_job_status(_count: int | None, pathname: str | None) -> tuple[Any, bool]:
    """Return the status of the job of the address, and whether polling may stop."""
    page = make_page_context(pathname or "/", "")
    status = find_visible_job(page, page.path.rstrip("/").rpartition("/")[2])
    if status is None:
        return [], True
    return build_job_status(status, page), status.job.state.is_finished
