"""What a chart shows in one sentence: its title says the finding, its summary where the numbers begin, lie and end."""

from collections.abc import Sequence
from decimal import Decimal

from etl.indicators.results import Amount, Figure, NoValue, SeriesPoint, Value
from etl.indicators.vocabulary import Direction, Indicator, Part, Site
from etl.locale import N_, Locale
from etl.wording import append_unit, describe_amount, describe_rating

NamedAmount = tuple[str, Amount]
"""One drawn number with the name that stands at its axis."""

_STANDS = {
    "ahead": N_("{when}: {actual}, ahead of the {expected} expected by then"),
    "behind": N_("{when}: {actual}, behind the {expected} expected by then"),
    "as expected": N_("{when}: {actual}, as expected by then"),
    "above": N_("{when}: {actual}, above the {expected} to be kept"),
    "below": N_("{when}: {actual}, below the {expected} to be kept"),
    "kept": N_("{when}: {actual}, kept as planned"),
}


def compare_with_expected(indicator: Indicator, actual: Decimal, expected: Decimal, locale: Locale) -> str:
    """A key of where the actual stands; equal when both are shown as the same number."""
    is_kept = indicator.direction is Direction.MAINTAIN
    if describe_amount(actual, indicator, locale) == describe_amount(expected, indicator, locale):
        return "kept" if is_kept else "as expected"
    is_above = actual > expected
    if is_kept:
        return "above" if is_above else "below"
    is_better = is_above == (indicator.direction is Direction.INCREASE)
    return "ahead" if is_better else "behind"


def history_title(points: Sequence[SeriesPoint], indicator: Indicator, locale: Locale) -> str:
    """Where the last number stands against the path: `2026 Q3: 3,486 hectares, behind the 4,250 expected by then`."""
    _ = locale.gettext
    told = [one for one in points if isinstance(one.to_date.amount, Decimal)]
    if not told:
        return _("No number has been reported yet")
    last = told[-1]
    amount, expected = last.to_date.amount, last.expected
    when = locale.format_quarter(last.quarter)
    assert isinstance(amount, Decimal)
    actual = append_unit(describe_amount(amount, indicator, locale), indicator, locale)
    if not isinstance(expected, Decimal):
        return _("{when}: {actual}; the plan expects nothing by then", when=when, actual=actual)
    text = _STANDS[compare_with_expected(indicator, amount, expected, locale)]
    return _(text, when=when, actual=actual, expected=describe_amount(expected, indicator, locale))


def years_title(years: Sequence[tuple[int, Figure]], indicator: Indicator, locale: Locale) -> str:
    """The last rated year against its target, and how many years are good."""
    _ = locale.gettext
    rated = [(year, one) for year, one in years if one.rating.is_rated]
    if not rated:
        return _("No year can be rated yet")
    year, last = rated[-1]
    actual = describe_amount(last.actual.amount, indicator, locale)
    rating = describe_rating(last.rating, locale)
    if isinstance(last.target, NoValue):
        unit = append_unit(actual, indicator, locale)
        finding = _("{year}: {actual}, {rating}", year=year, actual=unit, rating=rating)
    else:
        target = append_unit(describe_amount(last.target, indicator, locale), indicator, locale)
        finding = _("{year}: {actual} of {target}, {rating}", year=year, actual=actual, target=target, rating=rating)
    good = sum(one.rating.is_good for _, one in rated)
    if len(rated) == 1:
        return finding
    return finding + _("; {good} of {rated} years on track or achieved", good=good, rated=len(rated))


def sites_title(sites: Sequence[tuple[Site, Figure]], indicator: Indicator, locale: Locale) -> str:
    """The highest and the lowest site, and how many of the rated ones are good."""
    _ = locale.gettext
    told = [(site, one) for site, one in sites if isinstance(one.actual.amount, Decimal)]
    if not told:
        return _("No site has reported yet")
    ordered = sorted(told, key=lambda one: (_decimal(one[1].actual.amount), one[0].code))
    names = [_site_amount(site, one, indicator, locale) for site, one in (ordered[-1], ordered[0])]
    high, low = (describe_amount(one.actual.amount, indicator, locale) for _, one in (ordered[-1], ordered[0]))
    if len(told) == 1:
        finding = names[0]
    elif high == low:
        finding = _("All sites alike: {amount}", amount=append_unit(high, indicator, locale))
    else:
        finding = _("Highest {first}; lowest {second}", first=names[0], second=names[1])
    ratings = [one.rating for _, one in sites if one.rating.is_rated]
    if len(ratings) < 2:
        return finding
    good = sum(one.is_good for one in ratings)
    return finding + _("; {good} of {rated} sites on track or achieved", good=good, rated=len(ratings))


def parts_title(
    parts: Sequence[tuple[Part, Value]], total: Amount, when: str, indicator: Indicator, locale: Locale
) -> str:
    """The largest part of a dimension in a period: `women: 312 of 920 in 2026`."""
    _ = locale.gettext
    told = [(part, one.amount) for part, one in parts if isinstance(one.amount, Decimal)]
    if not told:
        return _("No part has been reported yet")
    part, amount = max(told, key=lambda one: (_decimal(one[1]), one[0].category))
    shown = describe_amount(amount, indicator, locale)
    name = part.label.in_language(locale.language)
    if not isinstance(total, Decimal):
        return _("{part}: {amount} in {when}", part=name, amount=append_unit(shown, indicator, locale), when=when)
    whole = append_unit(describe_amount(total, indicator, locale), indicator, locale)
    return _("{part}: {amount} of {total} in {when}", part=name, amount=shown, total=whole, when=when)


def summarize_series(amounts: Sequence[NamedAmount], indicator: Indicator, locale: Locale) -> str:
    """One sentence for who can't see the chart: how many numbers, the first, the last, the lowest and the highest."""
    _ = locale.gettext
    told = [(name, amount) for name, amount in amounts if isinstance(amount, Decimal)]
    if not told:
        return _("Nothing is drawn: no number has been reported.")
    low, high = (pick(told, key=lambda one: _decimal(one[1])) for pick in (min, max))
    first, last, lowest, highest = (_point(one, indicator, locale) for one in (told[0], told[-1], low, high))
    if len(told) == 1:
        return _("One number: {first}.", first=first)
    return _(
        "{count} numbers, from {first} to {last}; lowest {lowest}, highest {highest}.",
        count=len(told),
        first=first,
        last=last,
        lowest=lowest,
        highest=highest,
    )


def _point(named: NamedAmount, indicator: Indicator, locale: Locale) -> str:
    name, amount = named
    shown = append_unit(describe_amount(amount, indicator, locale), indicator, locale)
    return locale.gettext("{amount} ({name})", name=name, amount=shown)


def _site_amount(site: Site, figure: Figure, indicator: Indicator, locale: Locale) -> str:
    amount = append_unit(describe_amount(figure.actual.amount, indicator, locale), indicator, locale)
    return f"{site.name.in_language(locale.language)}, {amount}"


def _decimal(amount: Amount) -> Decimal:
    return amount if isinstance(amount, Decimal) else Decimal(0)
