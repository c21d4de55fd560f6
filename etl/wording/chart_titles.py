"""Titles of charts, which state the main result, and text summaries of their numbers."""

from collections.abc import Sequence
from decimal import Decimal

from etl.indicators.results import Amount, Figure, NoValue, SeriesPoint, Value
from etl.indicators.vocabulary import Direction, Indicator, Part, Site
from etl.locale import N_, Locale
from etl.wording import append_unit, describe_amount, describe_pair, describe_rating

NamedAmount = tuple[str, Amount]
"""A number of a chart with its label on the axis."""

_POSITIONS = {
    "ahead": N_("{when}: {actual}, ahead of the {expected} expected by then"),
    "behind": N_("{when}: {actual}, behind the {expected} expected by then"),
    "as expected": N_("{when}: {actual}, as expected by then"),
    "above": N_("{when}: {actual}, above the {expected} planned"),
    "below": N_("{when}: {actual}, below the {expected} planned"),
    "as planned": N_("{when}: {actual}, as planned"),
}


def compare_with_expected(indicator: Indicator, actual: Decimal, expected: Decimal, locale: Locale) -> str:
    """Return the key of the position of the actual. Amounts with the same text are equal (`describe_pair`)."""
    is_maintain = indicator.direction is Direction.MAINTAIN
    actual_text, expected_text = describe_pair(actual, expected, indicator, locale)
    if actual_text == expected_text:
        return "as planned" if is_maintain else "as expected"
    is_above = actual > expected
    if is_maintain:
        return "above" if is_above else "below"
    is_better = is_above == (indicator.direction is Direction.INCREASE)
    return "ahead" if is_better else "behind"


def make_history_title(points: Sequence[SeriesPoint], indicator: Indicator, locale: Locale) -> str:
    """Return the last number and its position: `2026 Q3: 3,486 hectares, behind the 4,250 expected by then`."""
    _ = locale.gettext
    reported = [point for point in points if point.is_due and isinstance(point.to_date.amount, Decimal)]
    if not reported:
        return _("No number has been reported yet")
    last = reported[-1]
    amount, expected = last.to_date.amount, last.expected
    when = locale.format_quarter(last.quarter)
    assert isinstance(amount, Decimal)
    actual_text, expected_text = describe_pair(amount, expected, indicator, locale)
    actual = append_unit(actual_text, indicator, locale)
    if not isinstance(expected, Decimal):
        return _("{when}: {actual}; the plan has no expected value", when=when, actual=actual)
    text = _POSITIONS[compare_with_expected(indicator, amount, expected, locale)]
    return _(text, when=when, actual=actual, expected=expected_text)


def make_years_title(years: Sequence[tuple[int, Figure]], indicator: Indicator, locale: Locale) -> str:
    """Return the last rated year with its target, and how many years are on track or achieved."""
    _ = locale.gettext
    rated = [(year, figure) for year, figure in years if figure.rating.is_rated]
    if not rated:
        return _("No year can be rated yet")
    year, last = rated[-1]
    actual, target = describe_pair(last.actual.amount, last.target, indicator, locale)
    rating = describe_rating(last.rating, locale)
    if isinstance(last.target, NoValue):
        amount = append_unit(actual, indicator, locale)
        title = _("{year}: {actual}, {rating}", year=year, actual=amount, rating=rating)
    else:
        target = append_unit(target, indicator, locale)
        text = N_("{year}: {actual} of {target}, {rating}")
        if indicator.is_stage:
            text = N_("{year}: {actual}, target {target}, {rating}")
        title = _(text, year=year, actual=actual, target=target, rating=rating)
    good = sum(figure.rating.is_good for _, figure in rated)
    if len(rated) == 1:
        return title
    return title + _("; {good} of {rated} rated years on track or achieved", good=good, rated=len(rated))


def make_sites_title(sites: Sequence[tuple[Site, Figure]], indicator: Indicator, locale: Locale) -> str:
    """Return the sites with the highest and lowest number, and how many are on track or achieved."""
    _ = locale.gettext
    reported = [(site, figure) for site, figure in sites if isinstance(figure.actual.amount, Decimal)]
    if not reported:
        return _("No site has reported yet")
    sorted_sites = sorted(reported, key=lambda pair: (_convert_value(pair[1].actual.amount), pair[0].code))
    names = [
        _describe_site_amount(site, figure, indicator, locale) for site, figure in (sorted_sites[-1], sorted_sites[0])
    ]
    high, low = (
        describe_amount(figure.actual.amount, indicator, locale) for _, figure in (sorted_sites[-1], sorted_sites[0])
    )
    if len(reported) == 1:
        title = names[0]
    elif high == low:
        title = _("Same at all sites: {amount}", amount=append_unit(high, indicator, locale))
    else:
        title = _("Highest {first}; lowest {second}", first=names[0], second=names[1])
    ratings = [figure.rating for _, figure in sites if figure.rating.is_rated]
    if len(ratings) < 2:
        return title
    good = sum(rating.is_good for rating in ratings)
    return title + _("; {good} of {rated} rated sites on track or achieved", good=good, rated=len(ratings))


def make_parts_title(
    parts: Sequence[tuple[Part, Value]], total: Amount, when: str, indicator: Indicator, locale: Locale
) -> str:
    """Return the largest part of a dimension in a period: `Women: 312 of 920 in 2026`."""
    _ = locale.gettext
    reported = [(part, value.amount) for part, value in parts if isinstance(value.amount, Decimal)]
    if not reported:
        return _("No part has been reported yet")
    part, amount = max(reported, key=lambda pair: (_convert_value(pair[1]), pair[0].category))
    text = describe_amount(amount, indicator, locale)
    label = part.label.get_text(locale.language)
    name = label[:1].upper() + label[1:]
    if not isinstance(total, Decimal):
        return _("{part}: {amount} in {when}", part=name, amount=append_unit(text, indicator, locale), when=when)
    total_text = append_unit(describe_amount(total, indicator, locale), indicator, locale)
    return _("{part}: {amount} of {total} in {when}", part=name, amount=text, total=total_text, when=when)


def summarize_series(amounts: Sequence[NamedAmount], indicator: Indicator, locale: Locale) -> str:
    """Return a text alternative for the chart: how many numbers, and the first, last, lowest and highest."""
    _ = locale.gettext
    reported = [(name, amount) for name, amount in amounts if isinstance(amount, Decimal)]
    if not reported:
        return _("No numbers have been reported.")
    low, high = (select(reported, key=lambda named_amount: _convert_value(named_amount[1])) for select in (min, max))
    first, last, lowest, highest = (
        _describe_point(named_amount, indicator, locale) for named_amount in (reported[0], reported[-1], low, high)
    )
    if len(reported) == 1:
        return _("One number: {first}.", first=first)
    return _(
        "{count} numbers, from {first} to {last}; lowest {lowest}, highest {highest}.",
        count=len(reported),
        first=first,
        last=last,
        lowest=lowest,
        highest=highest,
    )


def _describe_point(named_amount: NamedAmount, indicator: Indicator, locale: Locale) -> str:
    name, amount = named_amount
    text = append_unit(describe_amount(amount, indicator, locale), indicator, locale)
    return locale.gettext("{amount} ({name})", name=name, amount=text)


def _describe_site_amount(site: Site, figure: Figure, indicator: Indicator, locale: Locale) -> str:
    amount = append_unit(describe_amount(figure.actual.amount, indicator, locale), indicator, locale)
    return f"{site.name.get_text(locale.language)}, {amount}"


def _convert_value(amount: Amount) -> Decimal:
    return amount if isinstance(amount, Decimal) else Decimal(0)
