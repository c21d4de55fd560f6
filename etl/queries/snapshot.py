"""An immutable snapshot of all plans and returns, from which queries compute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from etl.database.records import ApprovalBasis
from etl.indicators.periods import Period, Quarter
from etl.indicators.plans import Plans
from etl.indicators.record import Record
from etl.indicators.results import Figure
from etl.indicators.site_groups import SiteSelection
from etl.indicators.site_rows import NumberKey
from etl.indicators.tallies import Tallies
from etl.indicators.vocabulary import ReturnState


@dataclass(frozen=True)
class ActiveReturn:
    """A return that is neither withdrawn nor superseded, as the grid of returns displays it."""

    return_id: int
    site: str
    quarter: Quarter
    state: str
    first_submitted: datetime | None
    sender: str


def select_current_return(returns: Sequence[ActiveReturn]) -> tuple[ActiveReturn, ActiveReturn | None]:
    """Select the return that a site and quarter are displayed with, and the newest draft beside it, if any.

    `returns` are those of the quarter, the newest last. A draft stands in for a return that was sent back, but beside
    one that is submitted or approved. A correction that was sent back comes before the return that it corrects.
    """
    newest, drafts = returns[-1], [active for active in returns if active.state == ReturnState.DRAFT]
    sent = [active for active in returns if active.state != ReturnState.DRAFT]
    if newest.state == ReturnState.DRAFT and sent and sent[-1].state == ReturnState.SENT_BACK:
        sent = [active for active in sent if active.state != ReturnState.SENT_BACK]
    if not sent or sent[-1].state == ReturnState.SENT_BACK:
        return newest, None
    return sent[-1], drafts[-1] if drafts else None


class FigureCacheKey(NamedTuple):
    """Everything that a figure of a snapshot depends on. A page looks up thousands; a tuple is the fastest key."""

    indicator: str
    period: Period
    sites: SiteSelection | None
    include_unapproved: bool
    today: date
    part: str = ""


@dataclass(frozen=True)
class Snapshot:
    """The plans, both records and the returns at one `data_version`."""

    data_version: int
    plans: Plans
    approved: Record
    submitted: Record
    """The record with submitted returns in place of those that they would supersede."""
    returns_by_site: Mapping[str, tuple[ActiveReturn, ...]]
    """Each site's returns by quarter; within a quarter the newest last."""
    has_sample_data: bool
    locked_quarters: frozenset[Quarter] = frozenset()
    """The quarters that accept no return."""
    refresh_state: "RefreshState | None" = field(default=None, compare=False, repr=False)
    """What the next snapshot can reuse."""
    figure_cache: dict[FigureCacheKey, Figure] = field(default_factory=dict, compare=False, repr=False)
    """Computed figures, including those of the snapshot before that are still valid."""
    until_cache: dict[Quarter, "Snapshot"] = field(default_factory=dict, compare=False, repr=False)
    """The results of `select_until`."""
    plan_version_cache: dict[int, "Snapshot"] = field(default_factory=dict, compare=False, repr=False)
    """This snapshot assessed against one version of the plan, by its number."""

    @cached_property
    def returns(self) -> tuple[ActiveReturn, ...]:
        """The returns of all sites, by quarter and site; within them the newest last."""
        returns = (active for of_site in self.returns_by_site.values() for active in of_site)
        return tuple(sorted(returns, key=lambda active: (active.quarter.index, active.site, active.return_id)))

    def select_until(self, last: Quarter) -> "Snapshot":
        """Return the snapshot without what was reported of later quarters. The result is cached."""
        if last not in self.until_cache:
            self.until_cache[last] = replace(
                self,
                approved=self.approved.select_until(last),
                submitted=self.submitted.select_until(last),
                returns_by_site={},
                figure_cache={},
                until_cache={},
                plan_version_cache={},
            )
        return self.until_cache[last]

    def get_record(self, *, include_unapproved: bool) -> Record:
        return self.submitted if include_unapproved else self.approved


def make_record_snapshot(plans: Plans, record: Record, *, has_sample_data: bool) -> Snapshot:
    """Return a snapshot of one record that no `data_version` has, such as the record of an earlier day."""
    return Snapshot(
        data_version=-1,
        plans=plans,
        approved=record,
        submitted=record,
        returns_by_site={},
        has_sample_data=has_sample_data,
    )


@dataclass(frozen=True)
class RefreshState:
    """The sites that have ever reported, and the rows of the centre at a snapshot."""

    sites: frozenset[str]
    centre_version: int
    centre_rows: Mapping[ApprovalBasis, Mapping[NumberKey, Tallies]]
