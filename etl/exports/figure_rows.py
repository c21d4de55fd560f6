"""Serialize figures as plain data: exact numbers as text, and codes where there is no number."""

import json
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from etl.indicators.progress import DISTANCE
from etl.indicators.results import Amount, Figure, Outlook, SiteQuarterKey, TargetRevision, Value
from etl.indicators.vocabulary import Indicator, Part
from etl.locale import get_locale
from etl.locale.formats import format_amount, round_share
from etl.wording import describe_amount, describe_headline, describe_rating
from etl.wording.surprises import describe_target

FigureDict = dict[str, Any]

_HALF_A_DIGIT = Decimal("0.000499999999")
"""Half of the last digit of a percentage with one decimal, less what a spreadsheet's arithmetic loses."""


def serialize_figure(
    figure: Figure,
    indicator: Indicator,
    parts: Sequence[tuple[Part, Figure]] = (),
    participations: Value | None = None,
) -> FigureDict:
    """Return the figure for JSON. Where there is no number, the value is its reason, such as `no_target`.

    An indicator that counts new people has `participations` beside its parts.
    """
    english = get_locale("en")
    return {
        "indicator": figure.indicator,
        "objective": indicator.objective,
        "name": indicator.name.en,
        "unit": indicator.unit,
        "sites": list(figure.sites),
        "period": str(figure.requested_period),
        "judged_period": str(figure.period),
        "plan_version": figure.plan_version,
        "actual": serialize_value(figure.actual),
        "judged": serialize_amount(figure.rated_actual),
        "counted_quarter": str(figure.counted_quarter) if figure.counted_quarter else None,
        "counted": serialize_value(figure.counted_value),
        "target": serialize_amount(figure.target),
        "baseline": serialize_amount(figure.baseline),
        "baseline_for_period": serialize_amount(figure.baseline_for_period),
        "expected": serialize_amount(figure.expected),
        "achievement": serialize_amount(figure.achievement),
        "progress": serialize_amount(figure.progress),
        "headline_rule": figure.headline_rule,
        "headline": serialize_amount(figure.headline),
        "pace": serialize_amount(figure.pace),
        "rating": figure.rating.value,
        "over_target": figure.over_target,
        "target_revised": format_target_revisions(figure.target_revisions),
        "deciding": _serialize_keys(figure.deciding_returns),
        "outlook": _serialize_outlook(figure.outlook),
        **serialize_stages(figure, indicator),
        "parts": {part.key: _serialize_part(part_figure) for part, part_figure in parts},
        **({"unique": indicator.unique_people} if indicator.counts_new_people else {}),
        **({"participations": serialize_value(participations)} if participations is not None else {}),
        "shown": {
            "actual": describe_amount(figure.actual.amount, indicator, english),
            "target": describe_target(figure, indicator, english),
            "headline": describe_headline(figure, english),
            "rating": describe_rating(figure.rating, english),
        },
    }


def _serialize_part(figure: Figure) -> FigureDict:
    """Return the value of a part; with its target and rating if it has a target in the period.

    `expected` counts the expected numbers, as in every value; the expected value has a name of its own.
    """
    value = serialize_value(figure.actual)
    if not figure.has_target:
        return value
    return {
        **value,
        "target": serialize_amount(figure.target),
        "baseline": serialize_amount(figure.baseline),
        "expected_value": serialize_amount(figure.expected),
        "headline_rule": figure.headline_rule,
        "headline": serialize_amount(figure.headline),
        "pace": serialize_amount(figure.pace),
        "rating": figure.rating.value,
        "over_target": figure.over_target,
    }


def serialize_stages(figure: Figure, indicator: Indicator) -> FigureDict:
    """Return the codes of the stages behind the ranks; nothing for other indicators."""
    if not indicator.is_stage:
        return {}
    amounts = {
        "actual": figure.actual.amount,
        "target": figure.target,
        "baseline": figure.baseline,
        "expected": figure.expected,
    }
    return {"stages": {name: get_stage_code(amount, indicator) for name, amount in amounts.items()}}


def get_stage_code(amount: Amount | None, indicator: Indicator) -> str:
    """Return the code of the stage with this rank; blank for other indicators and without a number."""
    stage = indicator.find_stage(amount) if isinstance(amount, Decimal) else None
    return stage.code if stage is not None else ""


def get_figure_share_number(figure: Figure) -> Decimal | None:
    """Return the headline as a number for a cell with a percentage format; None if there is none."""
    if not isinstance(figure.headline, Decimal):
        return None
    return get_share_number(figure.headline, figure.thresholds, is_distance=figure.headline_rule == DISTANCE)


def get_share_number(share: Decimal, thresholds: Sequence[Decimal], *, is_distance: bool) -> Decimal:
    """Return the exact share, or the rounded one where a spreadsheet would show other digits than pages do."""
    rounded = round_share(share, thresholds=thresholds, is_distance=is_distance) / 100
    return rounded if abs(share - rounded) >= _HALF_A_DIGIT else share


def get_amount_number(amount: Amount | None, indicator: Indicator) -> Decimal | None:
    """Return the exact amount, or the rounded one where a spreadsheet, which keeps 15 digits, would show other digits.

    None where there is no number, and of stages, which are words.
    """
    if not isinstance(amount, Decimal) or indicator.is_stage:
        return None
    decimals = indicator.decimals
    stored = Decimal(f"{amount:.15g}")
    if format_amount(stored, decimals) == format_amount(amount, decimals):
        return amount
    return amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def serialize_amount(amount: Amount) -> str:
    """Return the exact number in plain digits, or the code of the reason that there is none."""
    return format_plain_number(amount) if isinstance(amount, Decimal) else amount.value


def format_plain_number(number: Decimal) -> str:
    """Return the exact number as `12` or `12.5`, never as `1.2E+1` or `12.50`."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def format_target_revisions(revisions: Iterable[TargetRevision]) -> str:
    """Return `2026-11-30: 20 -> 18` for each revision, with `expected` before the numbers of an expected value."""
    return "; ".join(
        f"{revision.on.isoformat()}: {'expected ' if revision.is_expected_value else ''}"
        f"{serialize_amount(revision.before)} -> {serialize_amount(revision.after)}"
        for revision in revisions
    )


def serialize_value(value: Value) -> FigureDict:
    """Return the value for JSON, with how complete it is."""
    return {
        "amount": serialize_amount(value.amount),
        "numerator": _format_optional(value.numerator),
        "denominator": _format_optional(value.denominator),
        "reported": value.reported,
        "expected": value.expected,
        "not_collected": value.not_collected,
        "missing": _serialize_keys(value.missing),
        "carried": [f"{level.site} {level.since}" for level in value.carried],
    }


def _format_optional(number: Decimal | None) -> str | None:
    return None if number is None else format_plain_number(number)


def _serialize_keys(keys: Sequence[SiteQuarterKey]) -> list[str]:
    return [f"{key.site} {key.quarter}" for key in keys]


def _serialize_outlook(outlook: Outlook | None) -> FigureDict | None:
    if outlook is None:
        return None
    return {
        "target": format_plain_number(outlook.target),
        "needed": format_plain_number(outlook.needed),
        "remaining_quarters": outlook.remaining_quarters,
        "needed_per_quarter": _format_optional(outlook.needed_per_quarter),
        "projected": _format_optional(outlook.projected),
    }


def render_figures_json(figures: Sequence[FigureDict]) -> str:
    """Return a JSON array; Khmer is not escaped."""
    return json.dumps(figures, ensure_ascii=False, indent=2)
