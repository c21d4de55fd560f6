"""Which numbers one site's form asks for in one quarter, in what order and under which words."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from etl.errors import CardecError
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import DENOMINATOR, NUMERATOR, CellKey, Indicator, LocalizedText, Site

_NO_UNIT = LocalizedText("")


class FormError(CardecError):
    """No form can be made for this site and quarter; the sentence says why."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One number that a form asks for."""

    key: CellKey
    objective: str
    indicator: str
    name: LocalizedText
    """The indicator's name."""
    label: LocalizedText
    """What stands on the row: the indicator's name for a total, else the part's own words."""
    unit: LocalizedText
    """As the plan has it; blank for a plain count and for the two numbers of a ratio, whose labels name theirs."""
    indent: int
    whole: bool
    minimum: Decimal | None
    decimals: int
    is_part: bool
    """An "of which" of a total; the two numbers of a ratio are none."""
    is_flow: bool
    is_stock: bool
    dimension: str = ""
    exhaustive: bool = False
    upper_bound: CellKey | None = None
    """The number that this one can't exceed: a part's total, the denominator of a unit %."""

    @property
    def display_label(self) -> LocalizedText:
        """What a sentence calls the row; where the plan has no Khmer for a number of a ratio, the ratio's name."""
        return LocalizedText(self.label.en, self.label.km or self.name.km)


def form_rows(plan: Plan, site: str, quarter: Quarter) -> tuple[FormRow, ...]:
    """The numbers that the site is asked for, by objective, totals first, in the plan's order.

    Left out are indicators that the site does not report or that are not due in the quarter, derived and system
    ones, and numbers of a ratio taken by reference. Raises FormError when the plan has no such site or quarter, the
    site is not active in it, or nothing is asked.
    """
    asked = get_active_site(plan, site, quarter)
    rows = tuple(row for indicator in required_indicators(plan, asked, quarter) for row in _kept_rows(plan, indicator))
    if not rows:
        raise FormError(f"Site {asked.code} ({asked.name.en}) is asked for nothing in {quarter}.")
    return rows


def get_active_site(plan: Plan, site: str, quarter: Quarter) -> Site:
    """The site, active in a quarter of the plan; FormError otherwise."""
    found = plan.site_by_code.get(site)
    if found is None:
        known = ", ".join(plan.site_by_code)
        raise FormError(f"The plan has no site {site!r}. Its sites are {known}.")
    settings = plan.settings
    if not settings.first_quarter <= quarter <= settings.last_quarter:
        raise FormError(f"{quarter} is not in the plan, which runs from {settings.first_year} to {settings.last_year}.")
    if found.reports_from is not None and quarter < found.reports_from:
        raise FormError(f"Site {site} ({found.name.en}) reports from {found.reports_from}, not yet in {quarter}.")
    if found.closed_after is not None and quarter > found.closed_after:
        raise FormError(f"Site {site} ({found.name.en}) closed after {found.closed_after}; {quarter} is later.")
    return found


def required_indicators(plan: Plan, site: Site, quarter: Quarter) -> Iterator[Indicator]:
    """The indicators with at least one number to type for the site in the quarter, grouped by objective."""
    for objective in plan.objectives:
        for indicator in plan.indicators_of(objective.code):
            if site.code in plan.expected_site_codes(indicator, quarter) and _kept_rows(plan, indicator):
                yield indicator


def _kept_rows(plan: Plan, indicator: Indicator) -> tuple[FormRow, ...]:
    """The indicator's rows, which are the same on every form that has them."""
    name = ("form rows", indicator.code)
    if name not in plan.cache:
        plan.cache[name] = tuple(_rows_of(plan, indicator))
    found: tuple[FormRow, ...] = plan.cache[name]
    return found


def _rows_of(plan: Plan, indicator: Indicator) -> Iterator[FormRow]:
    for key in plan.entry_keys(indicator):
        if indicator.is_ratio:
            yield _pair_row(indicator, key)
        elif key.part:
            yield _part_row(plan, indicator, key)
        else:
            yield _row(indicator, key, label=indicator.name, unit=indicator.unit_label)


def _pair_row(indicator: Indicator, key: CellKey) -> FormRow:
    is_numerator = key.part == NUMERATOR
    label = indicator.numerator if is_numerator else indicator.denominator
    at_most = None
    if is_numerator and indicator.unit == "%":
        at_most = indicator.denominator_ref or CellKey(indicator.code, DENOMINATOR)
    return _row(indicator, key, label=label if label.en else LocalizedText(key.part), indent=1, at_most=at_most)


def _part_row(plan: Plan, indicator: Indicator, key: CellKey) -> FormRow:
    part = next(one for one in plan.parts_of(indicator.code) if one.key == key.part)
    return _row(
        indicator,
        key,
        label=part.label,
        unit=indicator.unit_label,
        indent=1,
        is_part=True,
        dimension=part.dimension,
        exhaustive=part.exhaustive,
        at_most=CellKey(indicator.code),
    )


def _row(
    indicator: Indicator,
    key: CellKey,
    *,
    label: LocalizedText,
    unit: LocalizedText = _NO_UNIT,
    indent: int = 0,
    is_part: bool = False,
    dimension: str = "",
    exhaustive: bool = False,
    at_most: CellKey | None = None,
) -> FormRow:
    return FormRow(
        key=key,
        objective=indicator.objective,
        indicator=indicator.code,
        name=indicator.name,
        label=label,
        unit=unit,
        indent=indent,
        whole=indicator.whole,
        minimum=indicator.minimum,
        decimals=indicator.decimals,
        is_part=is_part,
        is_flow=indicator.is_flow,
        is_stock=indicator.is_stock,
        dimension=dimension,
        exhaustive=exhaustive,
        upper_bound=at_most,
    )
