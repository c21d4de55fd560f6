"""Compute worked cases with the core and with the reference, so that the results compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from etl.indicators.figures import compute_figure
from etl.indicators.periods import Period, PlanToDate, Quarter, Years, parse_quarter
from etl.indicators.plans import Plan, Plans, make_single_plan
from etl.indicators.record import build_record
from etl.indicators.results import NoValue
from etl.indicators.site_groups import SiteSelection
from etl.indicators.vocabulary import SiteReturn
from tests.support.reference_arithmetic import compute_reference_figure


@dataclass(frozen=True)
class Answer:
    """The result of either, as texts and fractions that compare with literals."""

    actual: object
    numerator: object
    denominator: object
    reported: int
    expected_cells: int
    not_collected: int
    missing: frozenset[tuple[str, str]]
    carried: frozenset[tuple[str, str]]
    counted_quarter: str
    counted: object
    target: object
    baseline: object
    baseline_for_period: object
    expected: object
    achievement: object
    progress: object
    headline_rule: str
    pace: object
    rating: str
    over_target: bool
    deciding: frozenset[tuple[str, str]]
    needed: object
    remaining: object
    per_quarter: object
    projected: object
    revisions: list[tuple[str, object, object, bool]]
    """Day, before, after, and whether it is the expected value that changed."""


def compute_with_core(plans: Plans, returns: Sequence[SiteReturn], **query: Any) -> Answer:
    figure = compute_figure(plans, build_record(plans, returns), **query)
    value, outlook = figure.actual, figure.outlook
    return Answer(
        actual=simplify_amount(value.amount),
        numerator=simplify_amount(value.numerator),
        denominator=simplify_amount(value.denominator),
        reported=value.reported,
        expected_cells=value.expected,
        not_collected=value.not_collected,
        missing=frozenset((place.site, str(place.quarter)) for place in value.missing),
        carried=frozenset((level.site, str(level.since)) for level in value.carried),
        counted_quarter=str(figure.counted_quarter or ""),
        counted=simplify_amount(figure.counted_value.amount),
        target=simplify_amount(figure.target),
        baseline=simplify_amount(figure.baseline),
        baseline_for_period=simplify_amount(figure.baseline_for_period),
        expected=simplify_amount(figure.expected),
        achievement=simplify_amount(figure.achievement),
        progress=simplify_amount(figure.progress),
        headline_rule=figure.headline_rule,
        pace=simplify_amount(figure.pace),
        rating=str(figure.rating),
        over_target=figure.over_target,
        deciding=frozenset((place.site, str(place.quarter)) for place in figure.deciding_returns),
        needed=simplify_amount(outlook.needed) if outlook else None,
        remaining=outlook.remaining_quarters if outlook else None,
        per_quarter=simplify_amount(outlook.needed_per_quarter) if outlook else None,
        projected=simplify_amount(outlook.projected) if outlook else None,
        revisions=[
            (str(item.on), simplify_amount(item.before), simplify_amount(item.after), item.is_expected_value)
            for item in figure.target_revisions
        ],
    )


def compute_with_oracle(plans: Plans, returns: Sequence[SiteReturn], **query: Any) -> Answer:
    figure = compute_reference_figure(plans, returns, **query)
    value, outlook = figure.actual, figure.outlook
    return Answer(
        actual=simplify_amount(value.amount),
        numerator=simplify_amount(value.numerator),
        denominator=simplify_amount(value.denominator),
        reported=value.reported,
        expected_cells=value.expected,
        not_collected=value.not_collected,
        missing=frozenset((site, str(quarter)) for site, quarter in value.missing),
        carried=frozenset((site, str(quarter)) for site, quarter in value.carried),
        counted_quarter=str(figure.counted_quarter or ""),
        counted=simplify_amount(figure.counted_value.amount),
        target=simplify_amount(figure.target),
        baseline=simplify_amount(figure.baseline),
        baseline_for_period=simplify_amount(figure.baseline_for_period),
        expected=simplify_amount(figure.expected),
        achievement=simplify_amount(figure.achievement),
        progress=simplify_amount(figure.progress),
        headline_rule=figure.headline_rule,
        pace=simplify_amount(figure.pace),
        rating=figure.rating,
        over_target=figure.over_target,
        deciding=frozenset((site, str(quarter)) for site, quarter in figure.deciding_returns),
        needed=simplify_amount(outlook.needed) if outlook else None,
        remaining=outlook.remaining if outlook else None,
        per_quarter=simplify_amount(outlook.per_quarter) if outlook else None,
        projected=simplify_amount(outlook.projected) if outlook else None,
        revisions=[
            (str(item.on), simplify_amount(item.before), simplify_amount(item.after), item.is_expected_value)
            for item in figure.target_revisions
        ],
    )


def simplify_amount(amount: Any) -> object:
    """Return a number as a fraction of few digits, a reason as its text."""
    if amount is None:
        return None
    return str(amount) if isinstance(amount, NoValue) else Fraction(amount).limit_denominator(10**9)


class FigureCalculator:
    """Computes figures with either: `calculate(plan, returns, "2023", today="2024-02-01")`."""

    def __init__(self, ask: Any) -> None:
        self.compute = ask

    def __call__(
        self,
        plan: Plan | Plans,
        returns: Sequence[SiteReturn],
        period: str = "",
        *,
        today: str,
        indicator: str = "A-01",
        sites: SiteSelection | None = None,
        part: str = "",
    ) -> Answer:
        plans = make_single_plan(plan) if isinstance(plan, Plan) else plan
        answer: Answer = self.compute(
            plans,
            returns,
            indicator=indicator,
            part=part,
            sites=sites,
            period=parse_period(period),
            today=date.fromisoformat(today),
        )
        return answer


def parse_period(text: str) -> Period:
    """Return the period of `2023`, `2022-2023` or `2023Q2`; blank is the plan to date."""
    if not text:
        return PlanToDate()
    if "Q" in text:
        quarter: Quarter = parse_quarter(text)
        return quarter
    first, _, last = text.partition("-")
    return Years(int(first), int(last or first))
