"""Explanations of how a number is calculated from the returns of sites."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from etl.indicators.exact import add_exactly
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import AcrossSites, Indicator, OverTime, Source
from etl.locale import Locale
from etl.queries.number_source import Contribution, NumberSource
from etl.wording import append_unit, describe_amount, format_input_amount
from etl.wording.participations import append_part_unit

_MAX_SITES = 60
"""The calculation lists at most this many sites."""
_MAX_DECIMALS = 6
"""Reports never have more decimals; the decimals of longer quotients are cut."""


def describe_method(source: NumberSource, locale: Locale) -> str:
    """Return one sentence on how numbers of this kind are calculated."""
    _, indicator = locale.gettext, source.indicator
    if indicator.source is Source.SYSTEM:
        return _(
            "Calculated from the returns received: the share that was on time and approved, of the returns that were "
            "due or came early."
        )
    if source.part is None and indicator.is_ratio:
        if indicator.source is Source.DERIVED:
            return _(
                "Calculated from other numbers of the same returns. The numerators and the denominators of the sites "
                "are each added up, then divided."
            )
        return _("The numerators and the denominators of the sites are each added up, then divided.")
    if indicator.is_total:
        return _("The indicators {terms} are added up, each from its own returns.", terms=", ".join(indicator.sum_of))
    return _describe_combination(indicator, locale)


def _describe_combination(indicator: Indicator, locale: Locale) -> str:
    """Return one sentence on how the quarters and sites of a number are combined."""
    _ = locale.gettext
    if indicator.across_sites is AcrossSites.CENTRE:
        return _("One site reports for all sites.")
    if indicator.across_sites is AcrossSites.MEAN:
        return _("The value is the mean of the sites that reported; each site counts once.")
    if indicator.across_sites is AcrossSites.MINIMUM:
        return _("The value is the lowest stage of the sites that reported.")
    if indicator.is_flow:
        return _("The amounts of the quarters and sites are added up.")
    if indicator.is_stock:
        return _("The latest levels of the sites are added up.")
    if indicator.over_time is OverTime.AVERAGE:
        return _("The reported quarters of each site are averaged, then the sites are combined.")
    return _("The highest reported quarter of each site is used, then the sites are combined.")


def list_calculation_lines(source: NumberSource, site_names: dict[str, str], locale: Locale) -> tuple[str, ...]:
    """Return the calculation: a line for each site with several numbers, then the line of the total."""
    indicator, by_site = source.indicator, _group_by_site(source.contributions)
    if isinstance(source.value.amount, NoValue) or not by_site:
        return ()
    if indicator.is_total:
        return _list_term_lines(source, locale)
    if len(by_site) > _MAX_SITES:
        return (_summarize_sites(source, len(by_site), locale),)
    if source.part is None and indicator.is_ratio:
        return (_format_quotient(source, locale),)
    _ = locale.gettext
    lines = []
    for site, amounts in by_site.items():
        if len(amounts) > 1 and len(by_site) > 1:
            amount = _format_input(_combine_quarters(indicator, amounts), indicator, locale)
            calculation = _combine(indicator, amounts, locale)
            lines.append(_("{site}: {sum} = {amount}", site=site_names.get(site, site), sum=calculation, amount=amount))
    site_amounts = [_combine_quarters(indicator, amounts) for amounts in by_site.values()]
    first_site = next(iter(by_site.values()))
    total = append_part_unit(_format_input(source.value.amount, indicator, locale), indicator, source.part, locale)
    if len(by_site) == 1 and len(first_site) > 1:
        lines.append(_("{sum} = {amount}", sum=_combine(indicator, first_site, locale), amount=total))
    elif len(by_site) > 1:
        calculation = _combine_sites(indicator, site_amounts, locale)
        lines.append(_("{sum} = {amount}", sum=calculation, amount=total))
    return tuple(lines)


def _combine_sites(indicator: Indicator, site_amounts: Sequence[Decimal], locale: Locale) -> str:
    _ = locale.gettext
    amounts = _list_amounts(site_amounts, indicator, locale)
    if indicator.across_sites is AcrossSites.MAXIMUM:
        return _("highest of {amounts}", amounts=amounts)
    if indicator.across_sites is AcrossSites.MEAN:
        return _("mean of {amounts}", amounts=amounts)
    if indicator.across_sites is AcrossSites.MINIMUM:
        return _("lowest of {amounts}", amounts=amounts)
    return _add(site_amounts, indicator, locale)


def _list_term_lines(source: NumberSource, locale: Locale) -> tuple[str, ...]:
    """Return a line with the amount of each reported term of a total, then the sum."""
    _, indicator = locale.gettext, source.indicator
    by_term: dict[str, list[Decimal]] = {code: [] for code in source.plan.list_terms(indicator)}
    for contribution in source.contributions:
        if contribution.row.value is not None:
            by_term.setdefault(contribution.row.indicator, []).append(contribution.row.value)
    lines, amounts = [], []
    for code, values in by_term.items():
        definition = source.plan.indicator_by_code.get(code)
        term = f"{code} {definition.name.get_text(locale.language)}" if definition is not None else code
        if values:
            amounts.append(add_exactly(values))
        amount = _format_input(amounts[-1], indicator, locale) if values else _("no data")
        lines.append(_("{term}: {amount}", term=term, amount=amount))
    total = append_unit(_format_input(add_exactly(amounts), indicator, locale), indicator, locale)
    return (*lines, _("{sum} = {amount}", sum=_add(amounts, indicator, locale), amount=total))


def _summarize_sites(source: NumberSource, sites: int, locale: Locale) -> str:
    """Return one line for too many sites to list; a table shows each of them."""
    _, indicator = locale.gettext, source.indicator
    amount = append_part_unit(describe_amount(source.value.amount, indicator, locale), indicator, source.part, locale)
    value = source.value
    if value.numerator is None or value.denominator is None:
        return _("Total of {count} sites: {amount}", count=sites, amount=amount)
    pair = {"numerator": _format_sum(value.numerator, locale), "denominator": _format_sum(value.denominator, locale)}
    scale = format_input_amount(indicator.scale, 0, locale)
    return _(
        "{numerator} ÷ {denominator} × {scale} = {amount}, from {count} sites",
        scale=scale,
        amount=amount,
        count=sites,
        **pair,
    )


def _group_by_site(contributions: Iterable[Contribution]) -> dict[str, list[Decimal]]:
    by_site: dict[str, list[Decimal]] = {}
    for contribution in contributions:
        if contribution.row.value is not None:
            by_site.setdefault(contribution.site, []).append(contribution.row.value)
    return by_site


def _format_quotient(source: NumberSource, locale: Locale) -> str:
    """Return `(12 + 30) ÷ (40 + 60) × 100 = 42 %`."""
    _, indicator = locale.gettext, source.indicator
    rows = [contribution.row for contribution in source.contributions]
    pairs = [(row.value, row.denominator) for row in rows if row.value is not None and row.denominator is not None]
    amount = source.value.amount
    assert isinstance(amount, Decimal)
    parameters = {
        "numerators": _format_side([value for value, _denominator in pairs], locale),
        "denominators": _format_side([denominator for _value, denominator in pairs], locale),
        "amount": append_unit(describe_amount(amount, indicator, locale), indicator, locale),
    }
    if indicator.scale == 1:
        return _("{numerators} ÷ {denominators} = {amount}", **parameters)
    scale = format_input_amount(indicator.scale, 0, locale)
    return _("{numerators} ÷ {denominators} × {scale} = {amount}", scale=scale, **parameters)


def _format_side(amounts: Sequence[Decimal], locale: Locale) -> str:
    terms = " + ".join(_format_sum(amount, locale) for amount in amounts)
    return f"({terms})" if len(amounts) > 1 else terms


def _combine_quarters(indicator: Indicator, amounts: Sequence[Decimal]) -> Decimal:
    """Return the combined number of a site, for display."""
    if indicator.over_time is OverTime.MAXIMUM:
        return max(amounts)
    total = sum(amounts, Decimal(0))
    return total / len(amounts) if indicator.over_time is OverTime.AVERAGE else total


def _combine(indicator: Indicator, amounts: Sequence[Decimal], locale: Locale) -> str:
    _ = locale.gettext
    if indicator.over_time is OverTime.AVERAGE:
        return _("mean of {amounts}", amounts=_list_amounts(amounts, indicator, locale))
    if indicator.over_time is OverTime.MAXIMUM:
        return _("highest of {amounts}", amounts=_list_amounts(amounts, indicator, locale))
    return _add(amounts, indicator, locale)


def _list_amounts(amounts: Sequence[Decimal], indicator: Indicator, locale: Locale) -> str:
    return ", ".join(_format_input(amount, indicator, locale) for amount in amounts)


def _add(amounts: Sequence[Decimal], indicator: Indicator, locale: Locale) -> str:
    """Return the amounts as a sum; a negative amount is subtracted."""
    return " + ".join(_format_input(amount, indicator, locale) for amount in amounts).replace("+ −", "− ")


def _format_input(amount: Decimal, indicator: Indicator, locale: Locale) -> str:
    """Return the number with all decimals if they are few, else with two additional decimals."""
    if indicator.is_stage:
        return describe_amount(amount, indicator, locale)
    digits = -int(amount.normalize().as_tuple().exponent)
    return (
        _format_sum(amount, locale)
        if digits <= _MAX_DECIMALS
        else format_input_amount(amount, indicator.decimals, locale)
    )


def _format_sum(amount: Decimal, locale: Locale) -> str:
    digits = -int(amount.normalize().as_tuple().exponent)
    return locale.format_amount(amount, min(max(digits, 0), _MAX_DECIMALS))


def describe_contribution(contribution: Contribution, indicator: Indicator, locale: Locale) -> str:
    """Return the notes on a contribution: carried, year to date, or covering several quarters."""
    _ = locale.gettext
    texts = []
    if contribution.is_carried:
        texts.append(_("carried from the last report"))
    if contribution.earlier_amount is not None and contribution.earlier_amount[0]:
        before = _format_input(contribution.earlier_amount[0], indicator, locale)
        amount = _format_input(contribution.row.value or Decimal(0), indicator, locale)
        texts.append(
            _("year to date; {before} was already reported, so {amount} is added", before=before, amount=amount)
        )
    elif contribution.earlier_amount is not None:
        texts.append(_("year to date"))
    if contribution.covered_quarters:
        quarters = ", ".join(locale.format_quarter(quarter) for quarter in contribution.covered_quarters)
        texts.append(_("also covers {quarters}", quarters=quarters))
    return "; ".join(texts)
