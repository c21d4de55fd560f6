"""The oracle over everything that the sample's maker typed."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest

from etl.indicators.periods import parse_quarter
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import Basis, Observation, SiteReturn, parse_key
from etl.sample.build import SampleEntry
from tests.support import reference_values
from tests.support.reference_rows import reference_site_quarters, system_rows


def build_returns(typed_numbers: Sequence[SampleEntry], *, approved_only: bool) -> list[SiteReturn]:
    """The standing returns: of each site and quarter the latest file, first submitted when its earliest was."""
    files: dict[tuple[str, str], dict[str, list[SampleEntry]]] = defaultdict(dict)
    for one in typed_numbers:
        files[one.site, one.quarter].setdefault(one.file, []).append(one)
    found = []
    for (site, quarter), sent in files.items():
        counting = [numbers for numbers in sent.values() if numbers[0].is_approved or not approved_only]
        if not counting:
            continue
        latest = max(counting, key=lambda numbers: numbers[0].submitted)
        found.append(
            SiteReturn(
                site,
                parse_quarter(quarter),
                Basis(latest[0].basis),
                min(numbers[0].submitted for numbers in sent.values()),
                latest[0].is_approved,
                tuple(
                    Observation(parse_key(one.key), None if one.value == "NC" else Decimal(one.value)) for one in latest
                ),
            )
        )
    return found


def cache_oracle(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oracle resolves every site's returns again for each question; here it remembers, which changes no answer."""
    kept: dict[tuple[object, ...], object] = {}

    def remembering(resolve: Callable[..., object]) -> Callable[..., object]:
        def remember(plans: Plans, returns: Sequence[SiteReturn], *question: object) -> object:
            key = (resolve, id(plans), id(returns), *question)
            if key not in kept:
                kept[key] = resolve(plans, returns, *question)
            return kept[key]

        return remember

    for resolve in (reference_site_quarters, system_rows):
        monkeypatch.setattr(reference_values, resolve.__name__, remembering(resolve))
