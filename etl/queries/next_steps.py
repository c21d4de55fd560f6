"""What waits for somebody: returns to send, to correct, to decide on, and sites to remind."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Site
from etl.queries.asking import Asking
from etl.queries.reporting_status import OfSite, ReturnsGrid, Standing, grid_sites, no_drafts, returns_grid

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
    Standing.SENT_BACK: Task.CORRECT,
    Standing.DRAFT: Task.FINISH,
    Standing.MISSING: Task.SEND,
    Standing.NOT_DUE: Task.SEND,
}


@dataclass(frozen=True)
class NextStep:
    """One task; `number` is the return's, where there is one."""

    task: Task
    site: Site
    quarter: Quarter
    due: date
    is_overdue: bool
    number: int | None = None
    sender: str = ""


@dataclass(frozen=True)
class OwedBySite:
    """What a site still has to send or to correct, the earliest quarter first: what a reminder says."""

    site: Site
    steps: tuple[NextStep, ...]


def next_steps(asking: Asking, *, who: str, sends_for: OfSite, decides: bool) -> tuple[NextStep, ...]:
    """What waits for one person, task by task, of each the earliest day first.

    Returns of a locked quarter can't be sent, so none is asked for. Who decides isn't asked to send (reminders tell
    who owes what), but to correct or finish what they sent themselves.
    """
    returns_of = asking.snapshot.returns_of
    open_at = {code for code, sent in returns_of.items() if any(one.state != Standing.APPROVED for one in sent)}
    grid = _grid(asking, sends_for, open_at.__contains__ if decides else sends_for)
    steps = [step for step in _owed(grid, asking.today) if sends_for(step.site.code)]
    if decides:
        steps = [step for step in steps if step.sender == who]
        steps += _decisions(grid, asking.today, who)
    order = list(Task)
    return tuple(sorted(steps, key=lambda one: (order.index(one.task), one.due, one.site.code)))


def owed_by_site(asking: Asking, *, sites_of: OfSite) -> tuple[OwedBySite, ...]:
    """The sites that owe something, in the plan's order. A draft counts as not sent, since it counts nowhere."""
    grid = _grid(asking, no_drafts, sites_of)
    owed: dict[str, list[NextStep]] = {}
    for step in _owed(grid, asking.today):
        owed.setdefault(step.site.code, []).append(step)
    return tuple(OwedBySite(steps[0].site, tuple(steps)) for steps in owed.values())


def _grid(asking: Asking, sees_drafts: OfSite, is_wanted: OfSite) -> ReturnsGrid:
    """Every quarter of the sites that matter."""
    sites = [site for site in grid_sites(asking, most_quarters=_ALL) if is_wanted(site.code)]
    return returns_grid(asking, most_quarters=_ALL, sees_drafts=sees_drafts, only=sites)


def _owed(grid: ReturnsGrid, today: date) -> list[NextStep]:
    return [
        NextStep(
            _TASKS[square.standing], site, square.quarter, square.due, today > square.due, square.number, square.sender
        )
        for site, squares, _ in grid.rows
        for square in squares
        if square.standing in _TASKS and not square.is_locked
    ]


def _decisions(grid: ReturnsGrid, today: date, who: str) -> list[NextStep]:
    return [
        NextStep(
            Task.WAIT if square.sender == who else Task.DECIDE,
            site,
            square.quarter,
            square.due,
            today > square.due,
            square.number,
            square.sender,
        )
        for site, squares, _ in grid.rows
        for square in squares
        if square.standing is Standing.SUBMITTED
    ]
