"""How a number was made of what sites sent, in sentences with the actual numbers."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from etl.indicators.results import NoValue
from etl.indicators.vocabulary import AcrossSites, Indicator, OverTime, Source
from etl.locale import Locale
from etl.queries.number_source import Contribution, NumberSource
from etl.wording import append_unit, describe_amount, format_input_amount

_MOST_SITES = 60
"""The sum is spelled out for so many sites."""
_MOST_DIGITS = 6
"""Behind the point; nobody types more, and a quotient without an end is cut before."""


def describe_method(source: NumberSource, locale: Locale) -> str:
    """How numbers of this kind are made, in one sentence."""
    _, indicator = locale.gettext, source.indicator
    if indicator.source is Source.SYSTEM:
        return _(
            "Computed by the system from its record of returns; nobody types it: returns that came on time and are "
            "approved, of those that were due or came early."
        )
    if source.part is None and indicator.is_ratio:
        if indicator.source is Source.DERIVED:
            return _(
                "Nobody types it: its two sides are other numbers of the same returns. Each side is added over the "
                "sites, then the one is divided by the other."
            )
        return _("The numerators of the sites are added, then the denominators, then the one is divided by the other.")
    if indicator.across_sites is AcrossSites.CENTRE:
        return _("One site answers for all.")
    if indicator.is_flow:
        return _("The amounts of the quarters and sites are added.")
    if indicator.is_stock:
        return _("The latest level of each site is added.")
    if indicator.over_time is OverTime.AVERAGE:
        return _("The mean of the reported quarters of each site is taken, then the sites are put together.")
    return _("The highest of the reported quarters of each site is taken, then the sites are put together.")


def calculation_lines(source: NumberSource, site_names: dict[str, str], locale: Locale) -> tuple[str, ...]:
    """The sum itself: a line for each site with several numbers, then the line that ends in the number."""
    indicator, by_site = source.indicator, _by_site(source.contributions)
    if isinstance(source.value.amount, NoValue) or not by_site:
        return ()
    if len(by_site) > _MOST_SITES:
        return (_of_many(source, len(by_site), locale),)
    if source.part is None and indicator.is_ratio:
        return (_quotient(source, locale),)
    _ = locale.gettext
    lines = []
    for site, amounts in by_site.items():
        if len(amounts) > 1 and len(by_site) > 1:
            shown = _input(_over_time(indicator, amounts), indicator, locale)
            told = _put_together(indicator, amounts, locale)
            lines.append(_("{site}: {sum} = {amount}", site=site_names.get(site, site), sum=told, amount=shown))
    last = [_over_time(indicator, amounts) for amounts in by_site.values()]
    only = next(iter(by_site.values()))
    total = append_unit(_input(source.value.amount, indicator, locale), indicator, locale)
    if len(by_site) == 1 and len(only) > 1:
        lines.append(_("{sum} = {amount}", sum=_put_together(indicator, only, locale), amount=total))
    elif len(by_site) > 1:
        highest = indicator.across_sites is AcrossSites.MAXIMUM
        told = ", ".join(_input(one, indicator, locale) for one in last)
        together = _("highest of {amounts}", amounts=told) if highest else _added(last, indicator, locale)
        lines.append(_("{sum} = {amount}", sum=together, amount=total))
    return tuple(lines)


def _of_many(found: NumberSource, sites: int, locale: Locale) -> str:
    """One line for more sites than anybody would add up by hand; a table tells what each of them brought."""
    _, indicator = locale.gettext, found.indicator
    amount = append_unit(describe_amount(found.value.amount, indicator, locale), indicator, locale)
    value = found.value
    if value.numerator is None or value.denominator is None:
        return _("The numbers of {count} sites together: {amount}", count=sites, amount=amount)
    pair = {"numerator": _whole(value.numerator, locale), "denominator": _whole(value.denominator, locale)}
    scale = format_input_amount(indicator.scale, 0, locale)
    return _(
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


def _quotient(found: NumberSource, locale: Locale) -> str:
    """`(12 + 30) ÷ (40 + 60) × 100 = 42 %`."""
    _, indicator = locale.gettext, found.indicator
    pairs = [one.row for one in found.contributions if one.row.value is not None and one.row.denominator is not None]
    amount = found.value.amount
    assert isinstance(amount, Decimal)
    told = {
        "numerators": _side([row.value for row in pairs if row.value is not None], locale),
        "denominators": _side([row.denominator for row in pairs if row.denominator is not None], locale),
        "amount": append_unit(describe_amount(amount, indicator, locale), indicator, locale),
    }
    if indicator.scale == 1:
        return _("{numerators} ÷ {denominators} = {amount}", **told)
    scale = format_input_amount(indicator.scale, 0, locale)
    return _("{numerators} ÷ {denominators} × {scale} = {amount}", scale=scale, **told)


def _side(amounts: Sequence[Decimal], locale: Locale) -> str:
    added = " + ".join(_whole(one, locale) for one in amounts)
    return f"({added})" if len(amounts) > 1 else added


def _over_time(indicator: Indicator, amounts: Sequence[Decimal]) -> Decimal:
    """What a site's numbers are together, as it is shown."""
    if indicator.over_time is OverTime.MAXIMUM:
        return max(amounts)
    total = sum(amounts, Decimal(0))
    return total / len(amounts) if indicator.over_time is OverTime.AVERAGE else total


def _put_together(indicator: Indicator, amounts: Sequence[Decimal], locale: Locale) -> str:
    _ = locale.gettext
    told = ", ".join(_input(one, indicator, locale) for one in amounts)
    if indicator.over_time is OverTime.AVERAGE:
        return _("mean of {amounts}", amounts=told)
    if indicator.over_time is OverTime.MAXIMUM:
        return _("highest of {amounts}", amounts=told)
    return _added(amounts, indicator, locale)


def _added(amounts: Sequence[Decimal], indicator: Indicator, locale: Locale) -> str:
    """With a minus where one is below zero, rather than a plus and a minus."""
    return " + ".join(_input(one, indicator, locale) for one in amounts).replace("+ −", "− ")


def _input(amount: Decimal, indicator: Indicator, locale: Locale) -> str:
    """Whole where it has an end, so that the sum can be followed with a pencil; else with two decimals more."""
    digits = -int(amount.normalize().as_tuple().exponent)
    return _whole(amount, locale) if digits <= _MOST_DIGITS else format_input_amount(amount, indicator.decimals, locale)


def _whole(amount: Decimal, locale: Locale) -> str:
    digits = -int(amount.normalize().as_tuple().exponent)
    return locale.format_amount(amount, min(max(digits, 0), _MOST_DIGITS))


def describe_contribution(contribution: Contribution, indicator: Indicator, locale: Locale) -> str:
    """What is special about a contribution: carried, since the year began, for several quarters, from parts."""
    _ = locale.gettext
    said = []
    if contribution.is_carried:
        said.append(_("carried: nothing newer was reported"))
    if contribution.earlier_amount is not None and contribution.earlier_amount[0]:
        told = {"before": _input(contribution.earlier_amount[0], indicator, locale)}
        told["amount"] = _input(contribution.row.value or Decimal(0), indicator, locale)
        said.append(_("since the year began; {before} of it stood before, so {amount} counts", **told))
    elif contribution.earlier_amount is not None:
        said.append(_("since the year began"))
    if contribution.covered_quarters:
        quarters = ", ".join(locale.format_quarter(quarter) for quarter in contribution.covered_quarters)
        said.append(_("reports {quarters} as well", quarters=quarters))
    return "; ".join(said)
