"""What a chart shows in one sentence: its title says the finding, its summary where the numbers begin, lie and end."""

from collections.abc import Sequence
from decimal import Decimal

from etl.indicators.results import Amount, Figure, NoValue, SeriesPoint, Value
from etl.indicators.vocabulary import Direction, Indicator, Part, Site
from etl.locale.translations import format_quarter, speak, to_say
from etl.wording import amount_words, rating_words, with_unit

Named = tuple[str, Amount]
"""One drawn number with the name that stands at its axis."""

_STANDS = {
    "ahead": to_say("{when}: {actual}, ahead of the {expected} expected by then"),
    "behind": to_say("{when}: {actual}, behind the {expected} expected by then"),
    "as expected": to_say("{when}: {actual}, as expected by then"),
    "above": to_say("{when}: {actual}, above the {expected} to be kept"),
    "below": to_say("{when}: {actual}, below the {expected} to be kept"),
    "kept": to_say("{when}: {actual}, kept as planned"),
}


def standing(indicator: Indicator, actual: Decimal, expected: Decimal, language: str) -> str:
    """A key of where the actual stands; equal when both are shown as the same number."""
    is_kept = indicator.direction is Direction.MAINTAIN
    if amount_words(actual, indicator, language) == amount_words(expected, indicator, language):
        return "kept" if is_kept else "as expected"
    is_above = actual > expected
    if is_kept:
        return "above" if is_above else "below"
    is_better = is_above == (indicator.direction is Direction.INCREASE)
    return "ahead" if is_better else "behind"


def history_title(points: Sequence[SeriesPoint], indicator: Indicator, language: str) -> str:
    """Where the last number stands against the path: `2026 Q3: 3,486 hectares, behind the 4,250 expected by then`."""
    say = speak(language)
    told = [one for one in points if isinstance(one.to_date.amount, Decimal)]
    if not told:
        return say("No number has been reported yet")
    last = told[-1]
    amount, expected = last.to_date.amount, last.expected
    when = format_quarter(last.quarter, language)
    assert isinstance(amount, Decimal)
    actual = with_unit(amount_words(amount, indicator, language), indicator, language)
    if not isinstance(expected, Decimal):
        return say("{when}: {actual}; the plan expects nothing by then", when=when, actual=actual)
    text = _STANDS[standing(indicator, amount, expected, language)]
    return say(text, when=when, actual=actual, expected=amount_words(expected, indicator, language))


def years_title(years: Sequence[tuple[int, Figure]], indicator: Indicator, language: str) -> str:
    """The last rated year against its target, and how many years are good."""
    say = speak(language)
    rated = [(year, one) for year, one in years if one.rating.is_rated]
    if not rated:
        return say("No year can be rated yet")
    year, last = rated[-1]
    actual = amount_words(last.actual.amount, indicator, language)
    rating = rating_words(last.rating, language)
    if isinstance(last.target, NoValue):
        unit = with_unit(actual, indicator, language)
        finding = say("{year}: {actual}, {rating}", year=year, actual=unit, rating=rating)
    else:
        target = with_unit(amount_words(last.target, indicator, language), indicator, language)
        finding = say("{year}: {actual} of {target}, {rating}", year=year, actual=actual, target=target, rating=rating)
    good = sum(one.rating.is_good for _, one in rated)
    if len(rated) == 1:
        return finding
    return finding + say("; {good} of {rated} years on track or achieved", good=good, rated=len(rated))


def sites_title(sites: Sequence[tuple[Site, Figure]], indicator: Indicator, language: str) -> str:
    """The highest and the lowest site, and how many of the rated ones are good."""
    say = speak(language)
    told = [(site, one) for site, one in sites if isinstance(one.actual.amount, Decimal)]
    if not told:
        return say("No site has reported yet")
    ordered = sorted(told, key=lambda one: (_decimal(one[1].actual.amount), one[0].code))
    names = [_site_amount(site, one, indicator, language) for site, one in (ordered[-1], ordered[0])]
    high, low = (amount_words(one.actual.amount, indicator, language) for _, one in (ordered[-1], ordered[0]))
    if len(told) == 1:
        finding = names[0]
    elif high == low:
        finding = say("All sites alike: {amount}", amount=with_unit(high, indicator, language))
    else:
        finding = say("Highest {first}; lowest {second}", first=names[0], second=names[1])
    ratings = [one.rating for _, one in sites if one.rating.is_rated]
    if len(ratings) < 2:
        return finding
    good = sum(one.is_good for one in ratings)
    return finding + say("; {good} of {rated} sites on track or achieved", good=good, rated=len(ratings))


def parts_title(
    parts: Sequence[tuple[Part, Value]], total: Amount, when: str, indicator: Indicator, language: str
) -> str:
    """The largest part of a dimension in a period: `women: 312 of 920 in 2026`."""
    say = speak(language)
    told = [(part, one.amount) for part, one in parts if isinstance(one.amount, Decimal)]
    if not told:
        return say("No part has been reported yet")
    part, amount = max(told, key=lambda one: (_decimal(one[1]), one[0].category))
    shown = amount_words(amount, indicator, language)
    name = part.label.in_language(language)
    if not isinstance(total, Decimal):
        return say("{part}: {amount} in {when}", part=name, amount=with_unit(shown, indicator, language), when=when)
    whole = with_unit(amount_words(total, indicator, language), indicator, language)
    return say("{part}: {amount} of {total} in {when}", part=name, amount=shown, total=whole, when=when)


def summary_words(named: Sequence[Named], indicator: Indicator, language: str) -> str:
    """One sentence for who can't see the chart: how many numbers, the first, the last, the lowest and the highest."""
    say = speak(language)
    told = [(name, amount) for name, amount in named if isinstance(amount, Decimal)]
    if not told:
        return say("Nothing is drawn: no number has been reported.")
    low, high = (pick(told, key=lambda one: _decimal(one[1])) for pick in (min, max))
    first, last, lowest, highest = (_point(one, indicator, language) for one in (told[0], told[-1], low, high))
    if len(told) == 1:
        return say("One number: {first}.", first=first)
    return say(
        "{count} numbers, from {first} to {last}; lowest {lowest}, highest {highest}.",
        count=len(told),
        first=first,
        last=last,
        lowest=lowest,
        highest=highest,
    )


def _point(named: Named, indicator: Indicator, language: str) -> str:
    name, amount = named
    shown = with_unit(amount_words(amount, indicator, language), indicator, language)
    return speak(language)("{amount} ({name})", name=name, amount=shown)


def _site_amount(site: Site, figure: Figure, indicator: Indicator, language: str) -> str:
    amount = with_unit(amount_words(figure.actual.amount, indicator, language), indicator, language)
    return f"{site.name.in_language(language)}, {amount}"


def _decimal(amount: Amount) -> Decimal:
    return amount if isinstance(amount, Decimal) else Decimal(0)
