"""Everything reported, as it stood at one moment: what each question computes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from etl.database.records import ApprovalBasis
from etl.indicators.periods import Period, Quarter
from etl.indicators.plans import Plans
from etl.indicators.record import Record
from etl.indicators.results import Figure
from etl.indicators.site_rows import NumberKey
from etl.indicators.tallies import Tallies


@dataclass(frozen=True)
class ActiveReturn:
    """A return that is neither withdrawn nor superseded, as the grid of returns shows it."""

    return_id: int
    site: str
    quarter: Quarter
    state: str
    first_submitted: datetime | None
    sender: str


@dataclass(frozen=True, slots=True)
class FigureCacheKey:
    """All that a figure of one snapshot hangs on."""

    indicator: str
    period: Period
    sites: tuple[str, ...] | None
    include_unapproved: bool
    today: date


@dataclass(frozen=True)
class Snapshot:
    """The plans, both records and the returns at one `data_version`."""

    data_version: int
    plans: Plans
    approved: Record
    submitted: Record
    """The same with submitted returns in the place of those they would supersede."""
    returns_by_site: Mapping[str, tuple[ActiveReturn, ...]]
    """Each site's returns by quarter; of one place the newest last."""
    has_sample_data: bool
    locked_quarters: frozenset[Quarter] = frozenset()
    """The quarters that take no return."""
    refresh_state: "RefreshState | None" = field(default=None, compare=False, repr=False)
    """What the next snapshot can be made of."""
    figure_cache: dict[FigureCacheKey, Figure] = field(default_factory=dict, compare=False, repr=False)
    """Figures that were computed from it already, or from the one before where the change can't have moved them."""
    until_cache: dict[Quarter, "Snapshot"] = field(default_factory=dict, compare=False, repr=False)
    """The same without later quarters, by the last one."""
    plan_version_cache: dict[int, "Snapshot"] = field(default_factory=dict, compare=False, repr=False)
    """The same, judged by one version of the plan, by its number."""

    @cached_property
    def returns(self) -> tuple[ActiveReturn, ...]:
        """Every site's, by quarter and site; of one place the newest last."""
        found = (one for of_site in self.returns_by_site.values() for one in of_site)
        return tuple(sorted(found, key=lambda one: (one.quarter.index, one.site, one.return_id)))

    def until(self, last: Quarter) -> "Snapshot":
        """The same without what was reported of later quarters; kept, one for each quarter that was asked for."""
        if last not in self.until_cache:
            approved, submitted = self.approved.until(last), self.submitted.until(last)
            self.until_cache[last] = replace(
                self,
                approved=approved,
                submitted=submitted,
                returns_by_site={},
                figure_cache={},
                until_cache={},
                plan_version_cache={},
            )
        return self.until_cache[last]

    def record(self, *, include_unapproved: bool) -> Record:
        return self.submitted if include_unapproved else self.approved


@dataclass(frozen=True)
class RefreshState:
    """The sites of which anything had come by a snapshot, and the rows of the centre as they stood then."""

    sites: frozenset[str]
    centre_version: int
    centre_rows: Mapping[ApprovalBasis, Mapping[NumberKey, Tallies]]
