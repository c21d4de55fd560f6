"""How a number was made of what sites sent, in sentences with the actual numbers."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from etl.indicators.results import NoValue
from etl.indicators.vocabulary import AcrossSites, Indicator, OverTime, Source
from etl.locale.translations import format_amount, format_quarter, speak
from etl.queries.number_source import Contribution, NumberSource
from etl.wording import amount_words, input_words, with_unit

_MOST_SITES = 60
"""The sum is spelled out for so many sites."""
_MOST_DIGITS = 6
"""Behind the point; nobody types more, and a quotient without an end is cut before."""


def kind_words(found: NumberSource, language: str) -> str:
    """How numbers of this kind are made, in one sentence."""
    say, indicator = speak(language), found.indicator
    if indicator.source is Source.SYSTEM:
        return say(
            "Computed by the system from its record of returns; nobody types it: returns that came on time and are "
            "approved, of those that were due or came early."
        )
    if found.part is None and indicator.is_ratio:
        if indicator.source is Source.DERIVED:
            return say(
                "Nobody types it: its two sides are other numbers of the same returns. Each side is added over the "
                "sites, then the one is divided by the other."
            )
        return say(
            "The numerators of the sites are added, then the denominators, then the one is divided by the other."
        )
    if indicator.across_sites is AcrossSites.CENTRE:
        return say("One site answers for all.")
    if indicator.is_flow:
        return say("The amounts of the quarters and sites are added.")
    if indicator.is_stock:
        return say("The latest level of each site is added.")
    if indicator.over_time is OverTime.AVERAGE:
        return say("The mean of the reported quarters of each site is taken, then the sites are put together.")
    return say("The highest of the reported quarters of each site is taken, then the sites are put together.")


def making_lines(found: NumberSource, names: dict[str, str], language: str) -> tuple[str, ...]:
    """The sum itself: a line for each site with several numbers, then the line that ends in the number."""
    indicator, by_site = found.indicator, _by_site(found.contributions)
    if isinstance(found.value.amount, NoValue) or not by_site:
        return ()
    if len(by_site) > _MOST_SITES:
        return (_of_many(found, len(by_site), language),)
    if found.part is None and indicator.is_ratio:
        return (_quotient(found, language),)
    say = speak(language)
    lines = []
    for site, amounts in by_site.items():
        if len(amounts) > 1 and len(by_site) > 1:
            shown = _input(_over_time(indicator, amounts), indicator, language)
            told = _put_together(indicator, amounts, language)
            lines.append(say("{site}: {sum} = {amount}", site=names.get(site, site), sum=told, amount=shown))
    last = [_over_time(indicator, amounts) for amounts in by_site.values()]
    only = next(iter(by_site.values()))
    total = with_unit(_input(found.value.amount, indicator, language), indicator, language)
    if len(by_site) == 1 and len(only) > 1:
        lines.append(say("{sum} = {amount}", sum=_put_together(indicator, only, language), amount=total))
    elif len(by_site) > 1:
        highest = indicator.across_sites is AcrossSites.MAXIMUM
        told = ", ".join(_input(one, indicator, language) for one in last)
        together = say("highest of {amounts}", amounts=told) if highest else _added(last, indicator, language)
        lines.append(say("{sum} = {amount}", sum=together, amount=total))
    return tuple(lines)


def _of_many(found: NumberSource, sites: int, language: str) -> str:
    """One line for more sites than anybody would add up by hand; a table tells what each of them brought."""
    say, indicator = speak(language), found.indicator
    amount = with_unit(amount_words(found.value.amount, indicator, language), indicator, language)
    value = found.value
    if value.numerator is None or value.denominator is None:
        return say("The numbers of {count} sites together: {amount}", count=sites, amount=amount)
    pair = {"numerator": _whole(value.numerator, language), "denominator": _whole(value.denominator, language)}
    scale = input_words(indicator.scale, 0, language)
    return say(
        "{numerator} ÷ {denominator} × {scale} = {amount}, from {count} sites",
        scale=scale,
        amount=amount,
        count=sites,
        **pair,
    )


def _by_site(contributions: Iterable[Contribution]) -> dict[str, list[Decimal]]:
    found: dict[str, list[Decimal]] = {}
    for one in contributions:
        if one.row.value is not None:
            found.setdefault(one.site, []).append(one.row.value)
    return found


def _quotient(found: NumberSource, language: str) -> str:
    """`(12 + 30) ÷ (40 + 60) × 100 = 42 %`."""
    say, indicator = speak(language), found.indicator
    pairs = [one.row for one in found.contributions if one.row.value is not None and one.row.denominator is not None]
    amount = found.value.amount
    assert isinstance(amount, Decimal)
    told = {
        "numerators": _side([row.value for row in pairs if row.value is not None], language),
        "denominators": _side([row.denominator for row in pairs if row.denominator is not None], language),
        "amount": with_unit(amount_words(amount, indicator, language), indicator, language),
    }
    if indicator.scale == 1:
        return say("{numerators} ÷ {denominators} = {amount}", **told)
    scale = input_words(indicator.scale, 0, language)
    return say("{numerators} ÷ {denominators} × {scale} = {amount}", scale=scale, **told)


def _side(amounts: Sequence[Decimal], language: str) -> str:
    added = " + ".join(_whole(one, language) for one in amounts)
    return f"({added})" if len(amounts) > 1 else added


def _over_time(indicator: Indicator, amounts: Sequence[Decimal]) -> Decimal:
    """What a site's numbers are together, as it is shown."""
    if indicator.over_time is OverTime.MAXIMUM:
        return max(amounts)
    total = sum(amounts, Decimal(0))
    return total / len(amounts) if indicator.over_time is OverTime.AVERAGE else total


def _put_together(indicator: Indicator, amounts: Sequence[Decimal], language: str) -> str:
    say = speak(language)
    told = ", ".join(_input(one, indicator, language) for one in amounts)
    if indicator.over_time is OverTime.AVERAGE:
        return say("mean of {amounts}", amounts=told)
    if indicator.over_time is OverTime.MAXIMUM:
        return say("highest of {amounts}", amounts=told)
    return _added(amounts, indicator, language)


def _added(amounts: Sequence[Decimal], indicator: Indicator, language: str) -> str:
    """With a minus where one is below zero, rather than a plus and a minus."""
    return " + ".join(_input(one, indicator, language) for one in amounts).replace("+ −", "− ")


def _input(amount: Decimal, indicator: Indicator, language: str) -> str:
    """Whole where it has an end, so that the sum can be followed with a pencil; else with two decimals more."""
    digits = -int(amount.normalize().as_tuple().exponent)
    return _whole(amount, language) if digits <= _MOST_DIGITS else input_words(amount, indicator.decimals, language)


def _whole(amount: Decimal, language: str) -> str:
    digits = -int(amount.normalize().as_tuple().exponent)
    return format_amount(amount, min(max(digits, 0), _MOST_DIGITS), language)


def note_words(one: Contribution, indicator: Indicator, language: str) -> str:
    """What is special about a contribution: carried, since the year began, for several quarters, from parts."""
    say = speak(language)
    said = []
    if one.is_carried:
        said.append(say("carried: nothing newer was reported"))
    if one.before is not None and one.before[0]:
        told = {"before": _input(one.before[0], indicator, language)}
        told["amount"] = _input(one.row.value or Decimal(0), indicator, language)
        said.append(say("since the year began; {before} of it stood before, so {amount} counts", **told))
    elif one.before is not None:
        said.append(say("since the year began"))
    if one.covers:
        quarters = ", ".join(format_quarter(quarter, language) for quarter in one.covers)
        said.append(say("reports {quarters} as well", quarters=quarters))
    return "; ".join(said)
