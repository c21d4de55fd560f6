"""Texts about figures: ratings, reasons for missing values, titles and calculations."""

from decimal import Decimal

from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.progress import DISTANCE, STAGE
from etl.indicators.results import Amount, Figure, NoValue, Outlook, Rating, RatingCounts, Value
from etl.indicators.vocabulary import Direction, Indicator, ReportingFrequency
from etl.locale import N_, Locale

_MAX_DECIMALS = 6
"""A smaller pace is shown as 0."""

RATING_LABELS = {
    Rating.ACHIEVED: N_("achieved"),
    Rating.ON_TRACK: N_("on track"),
    Rating.AT_RISK: N_("at risk"),
    Rating.OFF_TRACK: N_("off track"),
    Rating.INCOMPLETE: N_("incomplete"),
    Rating.NO_DATA: N_("no data"),
    Rating.NOT_DUE: N_("not due yet"),
    Rating.NO_TARGET: N_("no target"),
}

NO_VALUE_LABELS = {
    NoValue.NO_TARGET: N_("no target"),
    NoValue.TARGET_IS_ZERO: N_("target is zero"),
    NoValue.DENOMINATOR_IS_ZERO: N_("denominator is zero"),
    NoValue.TARGET_EQUALS_BASELINE: N_("target equals baseline"),
    NoValue.NOTHING_REPORTED: N_("missing"),
    NoValue.NO_BASELINE: N_("no baseline"),
    NoValue.NOT_COLLECTED: N_("not collected"),
    NoValue.NOT_DUE: N_("not due yet"),
    NoValue.NOT_APPLICABLE: N_("not reported here"),
    NoValue.COVERED: N_("included in a later year-to-date return"),
    NoValue.NOT_DEFINED: N_("does not apply"),
}

HEADLINE_TEXTS = {
    "of_target": N_("{share} of target"),
    "of_change": N_("{share} of the planned change"),
    "distance": N_("{share} away from target"),
}


def describe_rating(rating: Rating, locale: Locale) -> str:
    """Return the label of the rating, in lower case."""
    return locale.gettext(RATING_LABELS[rating])


def describe_amount(amount: Amount, indicator: Indicator, locale: Locale) -> str:
    """Return the number with the indicator's decimals and without unit, or the reason why there is none."""
    if isinstance(amount, NoValue):
        return locale.gettext(NO_VALUE_LABELS[amount])
    return describe_number(amount, indicator, locale)


def describe_number(number: Decimal, indicator: Indicator, locale: Locale, *, decimals: int | None = None) -> str:
    """Return the number with the indicator's decimals, or with these; of an indicator in stages the words."""
    stage = indicator.find_stage(number)
    if stage is not None:
        return stage.label.get_text(locale.language)
    return locale.format_amount(number, indicator.decimals if decimals is None else decimals)


def describe_unit(indicator: Indicator, locale: Locale) -> str:
    """Return the unit that follows a number; blank for a plain count. New people are said to be counted once."""
    unit = "" if indicator.is_stage else indicator.unit_label.get_text(locale.language)
    if not indicator.counts_new_people:
        return unit
    _ = locale.gettext
    return _("{unit} (each counted once)", unit=unit) if unit else _("people (each counted once)")


def append_unit(text: str, indicator: Indicator, locale: Locale) -> str:
    """Return the text followed by the unit of the indicator, if it has one."""
    unit = describe_unit(indicator, locale)
    return f"{text} {unit}" if unit else text


def describe_share(share: Amount, locale: Locale) -> str:
    """Return a fraction of 1 as a percentage, or the reason why there is none."""
    if isinstance(share, NoValue):
        return locale.gettext(NO_VALUE_LABELS[share])
    return locale.format_share(share)


def describe_figure_share(figure: Figure, share: Amount, locale: Locale) -> str:
    """Return the headline or the pace of a figure as a percentage, or the reason why there is none.

    It never rounds to a threshold of the figure's rating that the share has not reached.
    """
    if isinstance(share, NoValue):
        return locale.gettext(NO_VALUE_LABELS[share])
    is_distance = figure.headline_rule == DISTANCE
    return locale.format_share(share, thresholds=figure.thresholds, is_distance=is_distance)


def describe_headline_share(figure: Figure, locale: Locale) -> str:
    """Return the headline percentage without its name, or the reason why there is none; of stages the result."""
    if figure.headline_rule == STAGE:
        return _describe_stage_result(figure, locale)
    return describe_figure_share(figure, figure.headline, locale)


def _describe_stage_result(figure: Figure, locale: Locale) -> str:
    """Return whether the target stage is reached, or the reason why that is unknown."""
    actual, target = figure.rated_actual, figure.target
    for amount in (target, actual):
        if isinstance(amount, NoValue):
            return locale.gettext(NO_VALUE_LABELS[amount])
    is_reached = isinstance(actual, Decimal) and isinstance(target, Decimal) and actual >= target
    return describe_target_reached(is_reached, locale)


def describe_target_reached(is_reached: bool, locale: Locale) -> str:
    """Return whether a target stage is reached."""
    return locale.gettext("target reached") if is_reached else locale.gettext("target not reached")


def describe_pace(figure: Figure, locale: Locale) -> str:
    """Return the pace as a percentage, or the reason why there is none."""
    return describe_figure_share(figure, figure.pace, locale)


def describe_headline(figure: Figure, locale: Locale) -> str:
    """Return the headline percentage with its name, or the reason why there is none."""
    share = describe_headline_share(figure, locale)
    if isinstance(figure.headline, NoValue):
        return share
    return locale.gettext(HEADLINE_TEXTS[figure.headline_rule], share=share)


SHARE_NAMES = {
    "of_target": N_("of target"),
    "of_change": N_("of the planned change"),
    "distance": N_("away from target"),
}


def get_share_name(figure: Figure, locale: Locale) -> str:
    """Return what the headline percentage is a share of; blank if there is none."""
    if isinstance(figure.headline, NoValue):
        return ""
    return locale.gettext(SHARE_NAMES[figure.headline_rule])


def describe_period(period: Period, locale: Locale) -> str:
    """Return `plan to date`, `2025`, `2023 to 2025` or `2025 Q3`."""
    _ = locale.gettext
    if isinstance(period, PlanToDate):
        return _("plan to date")
    if isinstance(period, Quarter):
        return locale.format_quarter(period)
    if period.first == period.last:
        return str(period.first)
    return _("{first} to {last}", first=period.first, last=period.last)


def describe_rating_counts(counts: RatingCounts, locale: Locale) -> str:
    """Return `6 on track · 1 off track` with every rating that occurs."""
    texts = [f"{count} {describe_rating(rating, locale)}" for rating, count in counts.counts if count]
    return " · ".join(texts) if texts else locale.gettext("no indicator")


def make_rating_counts_title(counts: RatingCounts, locale: Locale) -> str:
    """Return the title of the overview: how many indicators are on track or achieved."""
    _ = locale.gettext
    if not counts.rated_count:
        return _("No indicator can be rated yet")
    attention = counts.rated_count - counts.good_count
    if counts.rated_count == 1:
        good = _("The one rated indicator is on track or achieved")
        return _("The one rated indicator needs attention") if attention else good
    if not attention:
        return _("All {rated} rated indicators are on track or achieved", rated=counts.rated_count)
    return locale.ngettext(
        "{good} of {rated} rated indicators are on track or achieved; {attention} needs attention",
        "{good} of {rated} rated indicators are on track or achieved; {attention} need attention",
        attention,
        good=counts.good_count,
        rated=counts.rated_count,
        attention=attention,
    )


def describe_pair(first: Amount, second: Amount, indicator: Indicator, locale: Locale) -> tuple[str, str]:
    """Return two amounts without unit, with up to two additional decimals where they differ and would look the same."""
    texts = describe_amount(first, indicator, locale), describe_amount(second, indicator, locale)
    if texts[0] != texts[1] or first == second or isinstance(first, NoValue) or isinstance(second, NoValue):
        return texts
    if indicator.is_stage:
        return texts
    return (
        format_input_amount(first, indicator.decimals, locale),
        format_input_amount(second, indicator.decimals, locale),
    )


FIGURE_TITLE = N_("{name}: {actual} of {target}, {rating}")
STAGE_TITLE = N_("{name}: {actual}, target {target}, {rating}")


def make_figure_title(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """Return the title of a figure: `Area under CA: 2,610 of 3,500 hectares, at risk`."""
    _ = locale.gettext
    name = indicator.name.get_text(locale.language)
    rating = describe_rating(figure.rating, locale)
    actual = figure.actual.amount
    if isinstance(actual, NoValue):
        return _("{name}: {reason}", name=name, reason=_(NO_VALUE_LABELS[actual]))
    amount, target = describe_pair(actual, figure.target, indicator, locale)
    if isinstance(figure.target, NoValue):
        return _("{name}: {actual}, {rating}", name=name, actual=append_unit(amount, indicator, locale), rating=rating)
    return _(
        STAGE_TITLE if indicator.is_stage else FIGURE_TITLE,
        name=name,
        actual=amount,
        target=append_unit(target, indicator, locale),
        rating=rating,
    )


def describe_received_numbers(reported: int, expected: int, locale: Locale) -> str:
    """Return how many of the expected numbers were received."""
    return locale.ngettext(
        "{reported:,} of {expected:,} number received",
        "{reported:,} of {expected:,} numbers received",
        expected,
        reported=reported,
        expected=expected,
    )


def describe_completeness(value: Value, locale: Locale) -> str:
    """Return how many expected numbers were received, carried and not collected; blank if the value is complete."""
    _ = locale.gettext
    texts = []
    if value.is_incomplete:
        texts.append(describe_received_numbers(value.reported, value.expected, locale))
    if value.carried:
        texts.append(_("{count} carried from an earlier quarter", count=len(value.carried)))
    if value.not_collected:
        texts.append(_("{count} not collected", count=value.not_collected))
    return " · ".join(texts)


def summarize_completeness(value: Value, locale: Locale) -> str:
    """Return `describe_completeness`, or else that the value is complete or that nothing was due."""
    _ = locale.gettext
    return describe_completeness(value, locale) or (_("complete") if value.expected else _("nothing due"))


def describe_needed_pace(outlook: Outlook | None, indicator: Indicator, locale: Locale) -> str:
    """Return the amount needed per quarter until the end of the plan; blank without an outlook.

    An indicator that is not reported each quarter has no pace of quarters: the whole amount is returned.
    """
    _ = locale.gettext
    if outlook is None:
        return ""
    is_increase = indicator.direction is Direction.INCREASE
    if (outlook.needed <= 0) if is_increase else (outlook.needed >= 0):
        return _("target reached")
    if outlook.needed_per_quarter is None:
        return _("no quarters left")
    if indicator.reported is not ReportingFrequency.QUARTERLY:
        amount = append_unit(_format_signed(outlook.needed, indicator, locale), indicator, locale)
        return _("{amount} by the end of the plan", amount=amount)
    return locale.ngettext(
        "{amount} in the last quarter",
        "{amount} per quarter for {count} quarters",
        outlook.remaining_quarters,
        amount=append_unit(_format_signed(outlook.needed_per_quarter, indicator, locale), indicator, locale),
        count=outlook.remaining_quarters,
    )


def describe_miss(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """Return by how much the target was missed, once every quarter of the period counts; blank otherwise."""
    actual, target = figure.rated_actual, figure.target
    if not _has_ended(figure) or indicator.is_stage or isinstance(actual, NoValue) or isinstance(target, NoValue):
        return ""
    gap = {
        Direction.INCREASE: target - actual,
        Direction.DECREASE: actual - target,
        Direction.MAINTAIN: abs(actual - target),
    }[indicator.direction]
    if gap <= 0:
        return ""
    amount = append_unit(describe_amount(gap, indicator, locale), indicator, locale)
    return locale.gettext("missed by {amount}", amount=amount)


def _has_ended(figure: Figure) -> bool:
    """Return whether the last quarter of the period counts."""
    if isinstance(figure.requested_period, PlanToDate):
        return figure.outlook is not None and figure.outlook.remaining_quarters == 0
    period = figure.period
    last = period if isinstance(period, Quarter) else Quarter(period.last, 4) if isinstance(period, Years) else None
    return last is not None and figure.counted_quarter is not None and figure.counted_quarter >= last


def describe_remaining_need(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """Return the needed pace, or else the value to reach; after the end the miss; blank without a target."""
    miss = describe_miss(figure, indicator, locale)
    if miss:
        return miss
    pace = describe_needed_pace(figure.outlook, indicator, locale)
    is_reached = figure.headline_rule == STAGE and figure.rating is Rating.ACHIEVED
    if pace or is_reached or isinstance(figure.target, NoValue):
        return locale.gettext("target reached") if is_reached else pace
    target = append_unit(describe_amount(figure.target, indicator, locale), indicator, locale)
    return locale.gettext("to reach {target}", target=target)


def _format_signed(amount: Decimal, indicator: Indicator, locale: Locale) -> str:
    is_coarse = abs(amount) < 10 and amount != round(amount)
    decimals = max(indicator.decimals, 1 if is_coarse else 0)
    while decimals < _MAX_DECIMALS and not round(amount, decimals):
        decimals += 1
    text = locale.format_amount(amount, decimals)
    return text if amount < 0 else f"+{text}"


def format_calculation(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """Return the calculation of the headline: `(3,480 − 600) ÷ (4,500 − 600) = 73.8 % of the planned change`.

    The numbers have more decimals than elsewhere, so that a reader who repeats the calculation gets the same result.
    """
    _ = locale.gettext
    actual, target = figure.rated_actual, figure.target
    if figure.headline_rule == STAGE:
        return _("Stages have an order and no percentage: {result}.", result=describe_headline(figure, locale))
    if isinstance(figure.headline, NoValue) or isinstance(actual, NoValue) or isinstance(target, NoValue):
        return _("No percentage: {reason}.", reason=describe_headline(figure, locale))
    parameters = {
        "actual": format_input_amount(actual, indicator.decimals, locale),
        "target": format_input_amount(target, indicator.decimals, locale),
        "result": describe_headline(figure, locale),
    }
    if figure.headline_rule == "of_target":
        return _("{actual} ÷ {target} = {result}", **parameters)
    if figure.headline_rule == "of_change" and isinstance(figure.baseline_for_period, Decimal):
        baseline = format_input_amount(figure.baseline_for_period, indicator.decimals, locale)
        return _("({actual} − {baseline}) ÷ ({target} − {baseline}) = {result}", baseline=baseline, **parameters)
    return _("|{actual} − {target}| ÷ {target} = {result}", **parameters)


def format_input_amount(amount: Decimal, decimals: int, locale: Locale) -> str:
    """Return the number with up to two additional decimals, without trailing zeros."""
    text = locale.format_amount(amount, decimals + 2)
    return (text[:-2] + text[-2:].rstrip("0")).removesuffix(".")
