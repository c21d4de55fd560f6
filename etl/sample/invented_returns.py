"""Generate the returns of all sites from the plan's targets and the settings in data/sample/story.toml."""

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from etl.indicators.periods import CAMBODIA, Quarter, list_quarters_between
from etl.indicators.plans import Plan
from etl.indicators.reporting import list_sites_expected_to_report
from etl.indicators.vocabulary import Basis, Site
from etl.sample.invented_numbers import SiteNumberGenerator

STORY = Path(__file__).resolve().parents[2] / "data" / "sample" / "story.toml"

NOT_COLLECTED = "NC"


@dataclass(frozen=True)
class InventedReturn:
    """A generated return. The entries are pairs of written key and number or `NC`."""

    site: str
    quarter: Quarter
    basis: Basis
    entries: tuple[tuple[str, Decimal | str], ...]
    submitted_at: datetime
    approved_at: datetime | None
    """None while the return is pending."""


def invent_returns(plan: Plan, today: date) -> tuple[InventedReturn, ...]:
    """Generate the returns for all quarters that have ended, in the order of upload."""
    story = _Story(plan, today)
    returns = [item for position, site in enumerate(plan.sites) for item in story.generate_returns(position, site)]
    return tuple(sorted(returns, key=lambda item: (item.submitted_at, item.site, item.quarter)))


class _Story:
    def __init__(self, plan: Plan, today: date) -> None:
        self.plan = plan
        self.today = today
        with STORY.open("rb") as file:
            self.settings: dict[str, Any] = tomllib.load(file)
        settings = plan.settings
        self.last = min(settings.calendar.find_last_ended_quarter(today), settings.last_quarter)
        self.quarters = tuple(list_quarters_between(settings.first_quarter, self.last))

    def generate_returns(self, position: int, site: Site) -> Iterator[InventedReturn]:
        generator = SiteNumberGenerator(
            self.plan,
            site.code,
            rng=random.Random(f"{self.settings['seed']}/{site.code}"),
            performance=[Decimal(factor) for factor in self.settings["performance"]],
            year_factors=[Decimal(factor) for factor in self.settings["years"]],
        )
        for number, quarter in enumerate(self.quarters):
            numbers = generator.invent_quarter_numbers(quarter)
            if (
                site not in list_sites_expected_to_report(self.plan, quarter)
                or [position, number] in self.settings["missing"]
            ):
                continue
            if quarter == self.last and position in self.settings["silent"]:
                continue
            basis = self._choose_basis(position, quarter)
            entries = generator.invent_year_to_date_numbers(quarter) if basis is Basis.YEAR_TO_DATE else numbers
            first = self._make_return(position, number, quarter, site, basis, entries)
            yield first
            if [position, number] in self.settings["corrected"] and first.approved_at is not None:
                yield correct_return(first)

    def _choose_basis(self, position: int, quarter: Quarter) -> Basis:
        year_index = quarter.year - self.plan.settings.first_year
        is_to_date = [position, year_index] in self.settings["year_to_date"] and quarter.number > 1
        return Basis.YEAR_TO_DATE if is_to_date else Basis.QUARTER

    def _make_return(
        self, position: int, number: int, quarter: Quarter, site: Site, basis: Basis, entries: dict[str, Decimal]
    ) -> InventedReturn:
        keys = list(entries)
        missing_codes = {
            _get_code(keys[row])
            for site_position, quarter_position, row in self.settings["not_collected"]
            if (site_position, quarter_position) == (position, number) and row < len(keys)
        }
        delays = self.settings["days_taken"]
        quarter_end = self.plan.settings.calendar.get_end_date(quarter)
        submitted_at = make_morning(
            min(quarter_end + timedelta(days=delays[position % len(delays)]), self.today - timedelta(days=2))
        )
        is_pending = quarter == self.last and position in self.settings["waiting"]
        return InventedReturn(
            site=site.code,
            quarter=quarter,
            basis=basis,
            entries=tuple(
                (key, NOT_COLLECTED if _get_code(key) in missing_codes else value) for key, value in entries.items()
            ),
            submitted_at=submitted_at,
            approved_at=None if is_pending else submitted_at + timedelta(days=1, hours=2),
        )


def _get_code(key: str) -> str:
    """Return the indicator code of a written key."""
    return key.partition("/")[0]


def make_morning(day: date) -> datetime:
    """Return half past nine of the day in Cambodia."""
    return datetime(day.year, day.month, day.day, 9, 30, tzinfo=CAMBODIA)


def correct_return(first: InventedReturn) -> InventedReturn:
    """Return a correction, ten days later, with the first number without parts increased by one."""
    entries = dict(first.entries)
    for key, value in first.entries:
        if isinstance(value, Decimal) and "/" not in key and not any(other.startswith(f"{key}/") for other in entries):
            entries[key] = value + 1
            break
    submitted_at = first.submitted_at + timedelta(days=10)
    return replace(
        first, entries=tuple(entries.items()), submitted_at=submitted_at, approved_at=submitted_at + timedelta(days=1)
    )
