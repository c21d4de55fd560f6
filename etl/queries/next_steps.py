"""What waits for somebody: returns to send, to correct, to decide on, and sites to remind."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Site
from etl.queries.reporting_status import (
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
    """What is to be done with a return, in the order in which it is told."""

    CORRECT = "correct"
    DECIDE = "decide"
    FINISH = "finish"
    """A draft lies there, not submitted."""
    SEND = "send"
    WAIT = "wait"
    """One's own submission, on which somebody else decides."""


_TASKS = {
    GridStatus.SENT_BACK: Task.CORRECT,
    GridStatus.DRAFT: Task.FINISH,
    GridStatus.MISSING: Task.SEND,
    GridStatus.NOT_DUE: Task.SEND,
}


@dataclass(frozen=True)
class NextStep:
    """One task; `number` is the return's, where there is one."""

    task: Task
    site: Site
    quarter: Quarter
    due: date
    is_overdue: bool
    return_id: int | None = None
    sender: str = ""


@dataclass(frozen=True)
class SiteReminder:
    """What a site still has to send or to correct, the earliest quarter first: what a reminder says."""

    site: Site
    steps: tuple[NextStep, ...]


def list_next_steps(
    scope: QueryScope, *, username: str, may_send: SitePredicate, may_decide: bool
) -> tuple[NextStep, ...]:
    """What waits for one person, task by task, of each the earliest day first.

    Returns of a locked quarter can't be sent, so none is asked for. Who decides isn't asked to send (reminders tell
    who owes what), but to correct or finish what they sent themselves.
    """
    returns_of = scope.snapshot.returns_by_site
    open_at = {code for code, sent in returns_of.items() if any(one.state != GridStatus.APPROVED for one in sent)}
    grid = _grid(scope, may_send, open_at.__contains__ if may_decide else may_send)
    steps = [step for step in _owed(grid, scope.today) if may_send(step.site.code)]
    if may_decide:
        steps = [step for step in steps if step.sender == username]
        steps += _decisions(grid, scope.today, username)
    order = list(Task)
    return tuple(sorted(steps, key=lambda one: (order.index(one.task), one.due, one.site.code)))


def list_site_reminders(scope: QueryScope, *, is_included: SitePredicate) -> tuple[SiteReminder, ...]:
    """The sites that owe something, in the plan's order. A draft counts as not sent, since it counts nowhere."""
    grid = _grid(scope, sees_no_drafts, is_included)
    owed: dict[str, list[NextStep]] = {}
    for step in _owed(grid, scope.today):
        owed.setdefault(step.site.code, []).append(step)
    return tuple(SiteReminder(steps[0].site, tuple(steps)) for steps in owed.values())


def _grid(scope: QueryScope, sees_drafts: SitePredicate, is_wanted: SitePredicate) -> ReturnsGrid:
    """Every quarter of the sites that matter."""
    sites = [site for site in list_grid_sites(scope, max_quarters=_ALL) if is_wanted(site.code)]
    return get_returns_grid(scope, max_quarters=_ALL, sees_drafts=sees_drafts, only_sites=sites)


def _owed(grid: ReturnsGrid, today: date) -> list[NextStep]:
    return [
        NextStep(
            _TASKS[square.status], site, square.quarter, square.due, today > square.due, square.return_id, square.sender
        )
        for site, squares, _ in grid.rows
        for square in squares
        if square.status in _TASKS and not square.is_locked
    ]


def _decisions(grid: ReturnsGrid, today: date, who: str) -> list[NextStep]:
    return [
        NextStep(
            Task.WAIT if square.sender == who else Task.DECIDE,
            site,
            square.quarter,
            square.due,
            today > square.due,
            square.return_id,
            square.sender,
        )
        for site, squares, _ in grid.rows
        for square in squares
        if square.status is GridStatus.SUBMITTED
    ]
