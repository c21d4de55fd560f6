"""List what a person has to do: returns to upload, to correct and to review; and reminders for sites."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Site
from etl.queries.reporting_status import (
    GridCell,
    GridStatus,
    ReturnsGrid,
    SitePredicate,
    get_returns_grid,
    list_grid_sites,
    sees_no_drafts,
)
from etl.queries.scope import QueryScope

_ALL = 1000
"""More quarters than any plan has."""


class Task(StrEnum):
    """What to do with a return, in the order of display."""

    CORRECT = "correct"
    DECIDE = "decide"
    FINISH = "finish"
    """Submit a draft."""
    SEND = "send"
    WAIT = "wait"
    """Wait for somebody else to review one's own submission."""


_TASKS = {
    GridStatus.SENT_BACK: Task.CORRECT,
    GridStatus.DRAFT: Task.FINISH,
    GridStatus.MISSING: Task.SEND,
    GridStatus.NOT_DUE: Task.SEND,
}


@dataclass(frozen=True)
class NextStep:
    """One task. `return_id` is None where there is no return yet."""

    task: Task
    site: Site
    quarter: Quarter
    due: date
    is_overdue: bool
    return_id: int | None = None
    sender: str = ""
    is_received: bool = False
    """Whether a return of the quarter is pending or approved, so that a correction of it is due on no day."""


@dataclass(frozen=True)
class SiteReminder:
    """The returns that a site has to upload or correct, earliest quarter first."""

    site: Site
    steps: tuple[NextStep, ...]


def list_next_steps(
    scope: QueryScope, *, username: str, may_send: SitePredicate, may_decide: bool
) -> tuple[NextStep, ...]:
    """Return the steps of one person by task, each task by due date.

    Locked quarters accept no return and give no step. A reviewer gets no step for missing returns (reminders list
    them), only for returns of their own to correct or finish.
    """
    returns_by_site = scope.snapshot.returns_by_site
    open_sites = {
        code
        for code, returns in returns_by_site.items()
        if any(active.state != GridStatus.APPROVED for active in returns)
    }
    grid = _make_grid(scope, may_send, open_sites.__contains__ if may_decide else may_send)
    outstanding = [*_list_outstanding(grid, scope.today), *_list_newer_drafts(grid)]
    steps = [step for step in outstanding if may_send(step.site.code)]
    if may_decide:
        steps = [step for step in steps if step.sender == username]
        steps += _list_decisions(grid, scope.today, username)
    order = list(Task)
    return tuple(sorted(steps, key=lambda step: (order.index(step.task), step.due, step.site.code)))


def list_site_reminders(scope: QueryScope, *, is_included: SitePredicate) -> tuple[SiteReminder, ...]:
    """Return the sites with outstanding returns, in the plan's order. A draft counts as not uploaded."""
    grid = _make_grid(scope, sees_no_drafts, is_included)
    steps_by_site: dict[str, list[NextStep]] = {}
    for step in _list_outstanding(grid, scope.today):
        steps_by_site.setdefault(step.site.code, []).append(step)
    return tuple(SiteReminder(steps[0].site, tuple(steps)) for steps in steps_by_site.values())


def _make_grid(scope: QueryScope, sees_drafts: SitePredicate, is_included: SitePredicate) -> ReturnsGrid:
    """Return a grid of all quarters and the included sites."""
    sites = [site for site in list_grid_sites(scope, max_quarters=_ALL) if is_included(site.code)]
    return get_returns_grid(scope, max_quarters=_ALL, sees_drafts=sees_drafts, only_sites=sites)


def _list_outstanding(grid: ReturnsGrid, today: date) -> list[NextStep]:
    return [
        _make_step(_TASKS[cell.status], site, cell, today)
        for site, cells, _ in grid.rows
        for cell in cells
        if cell.status in _TASKS and not cell.is_locked
    ]


def _list_newer_drafts(grid: ReturnsGrid) -> list[NextStep]:
    """Return the drafts beside returns that were sent. Nobody waits for them, so that none is overdue."""
    return [
        NextStep(Task.FINISH, site, cell.quarter, cell.due, False, draft.return_id, draft.sender, is_received=True)
        for site, cells, _ in grid.rows
        for cell in cells
        if (draft := cell.newer_draft) is not None and not cell.is_locked
    ]


def _list_decisions(grid: ReturnsGrid, today: date, username: str) -> list[NextStep]:
    return [
        _make_step(Task.WAIT if cell.sender == username else Task.DECIDE, site, cell, today)
        for site, cells, _ in grid.rows
        for cell in cells
        if cell.status is GridStatus.SUBMITTED
    ]


def _make_step(task: Task, site: Site, cell: GridCell, today: date) -> NextStep:
    is_overdue = today > cell.due and not cell.is_received
    return NextStep(
        task, site, cell.quarter, cell.due, is_overdue, cell.return_id, cell.sender, is_received=cell.is_received
    )
