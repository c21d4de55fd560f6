"""The invented years: what each site would have typed, made from the plan's targets and a short story."""

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from etl.indicators.periods import CAMBODIA, Quarter, quarters_between
from etl.indicators.plans import Plan
from etl.indicators.reporting import sites_expected_to_report
from etl.indicators.vocabulary import Basis, Site
from etl.sample.invented_numbers import SiteNumberGenerator

STORY = Path(__file__).resolve().parents[2] / "data" / "sample" / "story.toml"

NOT_COLLECTED = "NC"


@dataclass(frozen=True)
class InventedReturn:
    """One return as it will be typed: key to number, or to the word for not collected."""

    site: str
    quarter: Quarter
    basis: Basis
    entries: tuple[tuple[str, Decimal | str], ...]
    submitted_at: datetime
    approved_at: datetime | None
    """None: it still waits."""


def invent_returns(plan: Plan, today: date) -> tuple[InventedReturn, ...]:
    """Returns of all sites from the plan's first quarter to the last that has ended, in the order they were sent."""
    story = _Story(plan, today)
    found = [one for place, site in enumerate(plan.sites) for one in story.returns_of(place, site)]
    return tuple(sorted(found, key=lambda one: (one.submitted_at, one.site, one.quarter)))


class _Story:
    def __init__(self, plan: Plan, today: date) -> None:
        self.plan = plan
        self.today = today
        with STORY.open("rb") as file:
            self.facts: dict[str, Any] = tomllib.load(file)
        settings = plan.settings
        self.last = min(settings.calendar.last_ended(today), settings.last_quarter)
        self.quarters = tuple(quarters_between(settings.first_quarter, self.last))

    def returns_of(self, place: int, site: Site) -> Iterator[InventedReturn]:
        years = SiteNumberGenerator(
            self.plan,
            site.code,
            rng=random.Random(f"{self.facts['seed']}/{site.code}"),
            performance=[Decimal(one) for one in self.facts["performance"]],
            year_factors=[Decimal(one) for one in self.facts["years"]],
        )
        for number, quarter in enumerate(self.quarters):
            typed = years.quarter_numbers(quarter)
            if site not in sites_expected_to_report(self.plan, quarter) or [place, number] in self.facts["missing"]:
                continue
            if quarter == self.last and place in self.facts["silent"]:
                continue
            basis = self._basis(place, quarter)
            entries = years.year_to_date_numbers(quarter) if basis is Basis.YEAR_TO_DATE else typed
            first = self._invented(place, number, quarter, site, basis, entries)
            yield first
            if [place, number] in self.facts["corrected"] and first.approved_at is not None:
                yield _corrected(first)

    def _basis(self, place: int, quarter: Quarter) -> Basis:
        year = quarter.year - self.plan.settings.first_year
        is_to_date = [place, year] in self.facts["year_to_date"] and quarter.number > 1
        return Basis.YEAR_TO_DATE if is_to_date else Basis.QUARTER

    def _invented(
        self, place: int, number: int, quarter: Quarter, site: Site, basis: Basis, entries: dict[str, Decimal]
    ) -> InventedReturn:
        keys = list(entries)
        unmeasured = {
            keys[row]
            for who, when, row in self.facts["not_collected"]
            if (who, when) == (place, number) and row < len(keys)
        }
        days = self.facts["days_taken"]
        ended = self.plan.settings.calendar.end(quarter)
        submitted = _morning(min(ended + timedelta(days=days[place % len(days)]), self.today - timedelta(days=2)))
        waits = quarter == self.last and place in self.facts["waiting"]
        return InventedReturn(
            site=site.code,
            quarter=quarter,
            basis=basis,
            entries=tuple(
                (key, NOT_COLLECTED if _row_of(key) in {_row_of(one) for one in unmeasured} else value)
                for key, value in entries.items()
            ),
            submitted_at=submitted,
            approved_at=None if waits else submitted + timedelta(days=1, hours=2),
        )


def _row_of(key: str) -> str:
    """The indicator that a key belongs to: a site that doesn't measure it has no parts of it either."""
    return key.partition("/")[0]


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 30, tzinfo=CAMBODIA)


def _corrected(first: InventedReturn) -> InventedReturn:
    """The same return sent again ten days later with its first plain number one higher."""
    entries = dict(first.entries)
    for key, value in first.entries:
        if isinstance(value, Decimal) and "/" not in key and not any(other.startswith(f"{key}/") for other in entries):
            entries[key] = value + 1
            break
    later = first.submitted_at + timedelta(days=10)
    return replace(first, entries=tuple(entries.items()), submitted_at=later, approved_at=later + timedelta(days=1))
