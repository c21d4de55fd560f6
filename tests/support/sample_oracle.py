"""Figures of the reference implementation for the numbers of the sample."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest

from etl.indicators.periods import parse_quarter
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import Basis, Observation, SiteReturn, parse_key
from etl.sample.build import SampleEntry
from tests.support import reference_data
from tests.support.reference_data import list_rows_of_key
from tests.support.reference_rows import Rows, compute_reference_site_quarters, compute_system_rows


def build_returns(typed_numbers: Sequence[SampleEntry], *, approved_only: bool) -> list[SiteReturn]:
    """Build the current returns: the latest file of each site and quarter, first submitted with the earliest."""
    files: dict[tuple[str, str], dict[str, list[SampleEntry]]] = defaultdict(dict)
    for number in typed_numbers:
        files[number.site, number.quarter].setdefault(number.file, []).append(number)
    returns = []
    for (site, quarter), files_of_return in files.items():
        effective = [numbers for numbers in files_of_return.values() if numbers[0].is_approved or not approved_only]
        if not effective:
            continue
        latest = max(effective, key=lambda numbers: numbers[0].submitted)
        returns.append(
            SiteReturn(
                site,
                parse_quarter(quarter),
                Basis(latest[0].basis),
                min(numbers[0].submitted for numbers in files_of_return.values()),
                any(numbers[0].is_approved for numbers in files_of_return.values()),
                tuple(
                    Observation(parse_key(number.key), None if number.value == "NC" else Decimal(number.value))
                    for number in latest
                ),
            )
        )
    return returns


def cache_oracle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cache the rows of sites in the reference implementation, which resolves them again for each figure."""
    cache: dict[tuple[object, ...], object] = {}
    rows_of_keys: dict[tuple[object, ...], tuple[Rows, object]] = {}

    def cached(resolve: Callable[..., object]) -> Callable[..., object]:
        def resolve_once(plans: Plans, returns: Sequence[SiteReturn], *query: object) -> object:
            key = (resolve, id(plans), id(returns), *query)
            if key not in cache:
                cache[key] = resolve(plans, returns, *query)
            return cache[key]

        return resolve_once

    def select_once(rows: Rows, code: str, part: str) -> object:
        key = (id(rows), code, part)
        if key not in rows_of_keys:
            # With the rows, whose identity then stays theirs.
            rows_of_keys[key] = rows, list_rows_of_key(rows, code, part)
        return rows_of_keys[key][1]

    for resolve in (compute_reference_site_quarters, compute_system_rows):
        monkeypatch.setattr(reference_data, resolve.__name__, cached(resolve))
    monkeypatch.setattr(reference_data, list_rows_of_key.__name__, select_once)
