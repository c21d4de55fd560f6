"""The settings of a plan."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from etl.indicators.periods import Calendar, Quarter
from etl.indicators.vocabulary import LocalizedText


@dataclass(frozen=True)
class PlanSettings:
    """The settings of `plan.csv`. Shares are fractions of 1."""

    name: LocalizedText
    first_year: int
    last_year: int
    status: str = "provisional"
    overall_objective: LocalizedText = LocalizedText("")
    vision: LocalizedText = LocalizedText("")
    mission: LocalizedText = LocalizedText("")
    first_month_of_year: int = 1
    due_days: int = 30
    on_track: Decimal = Decimal("0.90")
    at_risk: Decimal = Decimal("0.70")
    over_target: Decimal = Decimal("1.15")
    tolerance: Decimal = Decimal("0.02")
    min_reported: Decimal = Decimal("0.50")
    carry_quarters: int = 4
    small_count: int = 5
    youth_age: str = ""
    effective_from: date | None = None
    additive_units: str = ""
    headlines: str = ""
    """The codes of the indicators that the public front page shows first, with ; between them."""
    sources: tuple[tuple[str, str], ...] = ()
    """Pairs of a key of plan.csv and its source."""

    @cached_property
    def headline_codes(self) -> tuple[str, ...]:
        """The codes of `headlines`."""
        return tuple(code for part in self.headlines.split(";") if (code := part.strip()))

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(first_month=self.first_month_of_year, due_days=self.due_days)

    @cached_property
    def first_quarter(self) -> Quarter:
        return Quarter(self.first_year, 1)

    @cached_property
    def last_quarter(self) -> Quarter:
        return Quarter(self.last_year, 4)
