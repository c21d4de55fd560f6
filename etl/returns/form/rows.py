"""Rows of a form: the numbers that a site reports in a quarter, in order, with their labels."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from etl.errors import CardecError, UnknownNameError
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import (
    DENOMINATOR,
    NUMERATOR,
    PARTICIPATIONS,
    CellKey,
    Indicator,
    LocalizedText,
    Part,
    Site,
    Stage,
)
from etl.locale import N_
from etl.returns.form.labels import localize_text
from etl.wording.participations import localize_part_label

_NO_UNIT = LocalizedText("")


class FormError(CardecError):
    """No form exists for this site and quarter. The message says why."""


class UnknownFormError(FormError, UnknownNameError):
    """The plan has no such site or quarter."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One number on a form."""

    key: CellKey
    objective: str
    indicator: str
    name: LocalizedText
    """The indicator's name."""
    label: LocalizedText
    """The label of the row: the indicator's name for a total, otherwise the label of the part.

    Where each person counts once, the label of the total says so.
    """
    unit: LocalizedText
    """The unit in the plan; blank for a plain count and for the two numbers of a ratio."""
    indent: int
    whole: bool
    minimum: Decimal | None
    maximum: Decimal | None
    """The highest number that may be typed; None for the two numbers of a ratio."""
    decimals: int
    is_part: bool
    """Whether the row is a part of a total. The two numbers of a ratio are not parts, nor are participations."""
    is_flow: bool
    is_stock: bool
    dimension: str = ""
    exhaustive: bool = False
    upper_bound: CellKey | None = None
    """Key of the number that limits this one.

    It is the total of a part, the denominator of a ratio with a limit, or the participations beside new people.
    """
    upper_bound_factors: tuple[Decimal, Decimal] = (Decimal(1), Decimal(1))
    """This number times the first cannot exceed the upper bound times the second: scale and limit of a ratio."""

    stages: tuple[Stage, ...] = ()
    """The stages to choose from; blank for a number."""

    @property
    def display_label(self) -> LocalizedText:
        """The label for use in sentences. Without a Khmer label, the Khmer name of the indicator."""
        return LocalizedText(self.label.en, self.label.km or self.name.km)


def list_form_rows(plan: Plan, site: str, quarter: Quarter) -> tuple[FormRow, ...]:
    """Return the rows of a site's form in the order of the plan: by objective, totals before parts.

    Excludes indicators that the site does not report or that are not scheduled in the quarter, derived and system
    indicators, and the referenced numbers of ratios. Raises FormError when the plan has no such site or quarter, when
    the site is not active in the quarter, and when it has nothing to report.
    """
    active_site = get_active_site(plan, site, quarter)
    rows = tuple(
        row
        for indicator in iterate_required_indicators(plan, active_site, quarter)
        for row in _get_rows(plan, indicator)
    )
    if not rows:
        raise FormError(f"Site {active_site.code} ({active_site.name.en}) has nothing to report in {quarter}.")
    return rows


def get_active_site(plan: Plan, site: str, quarter: Quarter) -> Site:
    """Return the site. FormError unless the quarter is in the plan and the site is active in it."""
    match = plan.site_by_code.get(site)
    if match is None:
        codes = ", ".join(plan.site_by_code)
        raise UnknownFormError(f"The plan has no site {site!r}. Its sites are {codes}.")
    settings = plan.settings
    if not settings.first_quarter <= quarter <= settings.last_quarter:
        raise UnknownFormError(
            f"{quarter} is not in the plan, which runs from {settings.first_year} to {settings.last_year}."
        )
    if match.reports_from is not None and quarter < match.reports_from:
        raise FormError(f"Site {site} ({match.name.en}) reports from {match.reports_from}, not yet in {quarter}.")
    if match.closed_after is not None and quarter > match.closed_after:
        raise FormError(f"Site {site} ({match.name.en}) closed after {match.closed_after}; {quarter} is later.")
    return match


def iterate_required_indicators(plan: Plan, site: Site, quarter: Quarter) -> Iterator[Indicator]:
    """Yield the indicators with at least one row on the site's form, grouped by objective."""
    for objective in plan.objectives:
        for indicator in plan.list_indicators(objective.code):
            if site.code in plan.get_expected_site_codes(indicator, quarter) and _get_rows(plan, indicator):
                yield indicator


def _get_rows(plan: Plan, indicator: Indicator) -> tuple[FormRow, ...]:
    """Return the rows of an indicator, cached on the plan: they are the same on every form."""
    cache_key = ("form rows", indicator.code)
    if cache_key not in plan.cache:
        plan.cache[cache_key] = tuple(_make_rows(plan, indicator))
    rows: tuple[FormRow, ...] = plan.cache[cache_key]
    return rows


def _make_rows(plan: Plan, indicator: Indicator) -> Iterator[FormRow]:
    for key in plan.list_entry_keys(indicator):
        if indicator.is_ratio:
            yield _make_ratio_row(indicator, key)
        elif key.part:
            yield _make_part_row(plan, indicator, key)
        elif indicator.counts_new_people:
            yield _make_new_people_row(indicator, key)
        else:
            yield _make_row(indicator, key, label=indicator.name, unit=indicator.unit_label)


def _make_ratio_row(indicator: Indicator, key: CellKey) -> FormRow:
    is_numerator = key.part == NUMERATOR
    label = indicator.numerator if is_numerator else indicator.denominator
    row = _make_row(indicator, key, label=label if label.en else LocalizedText(key.part), indent=1)
    limit = indicator.upper_limit
    if not is_numerator or limit is None:
        return row
    denominator = indicator.denominator_ref or CellKey(indicator.code, DENOMINATOR)
    factors = row.upper_bound_factors if limit == indicator.scale else (indicator.scale, limit)
    return replace(row, upper_bound=denominator, upper_bound_factors=factors)


def _make_part_row(plan: Plan, indicator: Indicator, key: CellKey) -> FormRow:
    part = next(part for part in plan.list_parts_and_participations(indicator.code) if part.key == key.part)
    if part.key == PARTICIPATIONS:
        return _make_participations_row(indicator, part)
    return _make_row(
        indicator,
        key,
        label=part.label,
        unit=indicator.unit_label,
        indent=1,
        is_part=True,
        dimension=part.dimension,
        exhaustive=part.exhaustive,
        upper_bound=CellKey(indicator.code),
    )


def _make_new_people_row(indicator: Indicator, key: CellKey) -> FormRow:
    """Return the row of the total; its label says that it asks for people never counted before."""
    name, text = indicator.name, N_("{name}: new people, never counted before")
    khmer = localize_text(text, name=name.km).km if name.km else ""
    return _make_row(
        indicator,
        key,
        label=LocalizedText(localize_text(text, name=name.en).en, khmer),
        unit=indicator.unit_label,
        upper_bound=CellKey(indicator.code, PARTICIPATIONS),
    )


def _make_participations_row(indicator: Indicator, participations: Part) -> FormRow:
    """Return the row of participations, which the maximum of people doesn't limit."""
    key, unit = CellKey(indicator.code, participations.key), localize_text(N_("attendances"))
    return replace(_make_row(indicator, key, label=localize_part_label(participations), unit=unit), maximum=None)


def _make_row(
    indicator: Indicator,
    key: CellKey,
    *,
    label: LocalizedText,
    unit: LocalizedText = _NO_UNIT,
    indent: int = 0,
    is_part: bool = False,
    dimension: str = "",
    exhaustive: bool = False,
    upper_bound: CellKey | None = None,
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
        maximum=None if indicator.is_ratio else indicator.upper_limit,
        decimals=indicator.decimals,
        is_part=is_part,
        is_flow=indicator.is_flow,
        is_stock=indicator.is_stock,
        stages=indicator.stages,
        dimension=dimension,
        exhaustive=exhaustive,
        upper_bound=upper_bound,
    )
