"""The data that checks use besides the return."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from etl.indicators.periods import Quarter, list_quarters_between
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Basis, CellKey

QUARTERS_BACK = 8
"""Number of earlier quarters that a return is compared with."""


@dataclass(frozen=True)
class OtherReturn:
    """The effective return of the same site for another quarter: its values without those not collected."""

    basis: Basis
    values: Mapping[CellKey, Decimal]


@dataclass(frozen=True)
class CheckContext:
    """The plan version of the form, today's date, the lock of the quarter and the site's other returns."""

    plan: Plan
    today: date
    is_locked: bool = False
    other_returns: Mapping[Quarter, OtherReturn] = field(default_factory=dict)
    """The site's effective returns for the last `QUARTERS_BACK` quarters and for the same year."""
    _cache: dict[Quarter, tuple[tuple[Quarter, OtherReturn], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def list_returns_before(self, quarter: Quarter) -> tuple[tuple[Quarter, OtherReturn], ...]:
        """Return the returns of the `QUARTERS_BACK` quarters before a quarter, the oldest first."""
        if quarter not in self._cache:
            quarters = list_quarters_between(quarter.shift(-QUARTERS_BACK), quarter.shift(-1))
            self._cache[quarter] = tuple(
                (earlier, self.other_returns[earlier]) for earlier in quarters if earlier in self.other_returns
            )
        return self._cache[quarter]
