"""Random totals of other indicators."""

from dataclasses import replace
from typing import Any

from etl.indicators.vocabulary import Direction, Indicator, Part, Site, Source


def add_total(
    dice: Any, indicators: list[Indicator], parts: list[Part], numbers: list[Indicator], sites: list[Site]
) -> None:
    """Add a total of a number and another one like it, and sometimes a total of this total and a third number."""
    additive = [
        item for item in numbers if item.is_additive and item.reported != "milestone" and not item.unique_people
    ]
    if not additive:
        return
    like = dice.choose(*additive)
    terms = [like.code]
    for code, total in (("A-05", "A-06"), *((("A-04", "A-07"),) if dice.is_lucky(0.3) else ())):
        indicators.append(_make_similar(dice, like, code, sites))
        parts += [replace(part, indicator=code) for part in parts if part.indicator == like.code]
        fields = {"sum_of": (*terms, code), "reporting_sites": (), "source": Source.DERIVED}
        indicators.append(replace(_make_similar(dice, like, total, sites), **fields))
        if dice.is_lucky(0.5):
            parts += [replace(part, indicator=total) for part in parts if part.indicator == like.code]
        else:
            break
        terms = [total]


def _make_similar(dice: Any, like: Indicator, code: str, sites: list[Site]) -> Indicator:
    """Return a number of the same kind, with a direction, baseline and sites of its own."""
    reporting = like.reporting_sites
    if like.across_sites == "sum" and dice.is_lucky(0.6):
        reporting = tuple(site.code for site in sites if dice.is_lucky(0.6))
    baseline = dice.amount() if like.baseline_year is not None and dice.is_lucky(0.7) else None
    return replace(
        like,
        code=code,
        reporting_sites=reporting,
        baseline_value=baseline,
        baseline_year=like.baseline_year if baseline is not None else None,
        direction=dice.choose(Direction.INCREASE, Direction.INCREASE, Direction.DECREASE),
    )
