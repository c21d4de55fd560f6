"""What checks know beside the return itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from etl.indicators.periods import Quarter, quarters_between
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Basis, CellKey

QUARTERS_BACK = 8
"""How many quarters before its own a return is compared with."""


@dataclass(frozen=True)
class OtherReturn:
    """What another standing return of the same site says: its values, without those not collected."""

    basis: Basis
    values: Mapping[CellKey, Decimal]


@dataclass(frozen=True)
class CheckContext:
    """The plan that the form was made from, the day, whether the quarter is locked, the site's other returns."""

    plan: Plan
    today: date
    is_locked: bool = False
    other_returns: Mapping[Quarter, OtherReturn] = field(default_factory=dict)
    """The returns of this site that count for other quarters: those of `QUARTERS_BACK`, and of the same year."""
    _before: dict[Quarter, tuple[tuple[Quarter, OtherReturn], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def returns_before(self, quarter: Quarter) -> tuple[tuple[Quarter, OtherReturn], ...]:
        """The returns that a return of the quarter is compared with, the oldest first."""
        if quarter not in self._before:
            quarters = quarters_between(quarter.plus(-QUARTERS_BACK), quarter.plus(-1))
            self._before[quarter] = tuple(
                (one, self.other_returns[one]) for one in quarters if one in self.other_returns
            )
        return self._before[quarter]
