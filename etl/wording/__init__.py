"""Sentences made from figures: ratings, reasons, titles that say the finding, and how a percentage came about."""

from collections.abc import Callable
from decimal import Decimal

from etl.indicators.periods import Period, PlanToDate, Quarter
from etl.indicators.results import Amount, Figure, NoValue, Outlook, Rating, RatingCounts, Value
from etl.indicators.vocabulary import Indicator
from etl.locale import N_, Locale

_MOST_DECIMALS = 6
"""A pace too small to show with so many is as good as none."""

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
    NoValue.DENOMINATOR_IS_ZERO: N_("nothing to divide by"),
    NoValue.TARGET_EQUALS_BASELINE: N_("target equals baseline"),
    NoValue.NOTHING_REPORTED: N_("missing"),
    NoValue.NO_BASELINE: N_("no baseline"),
    NoValue.NOT_COLLECTED: N_("not collected"),
    NoValue.NOT_DUE: N_("not due yet"),
    NoValue.NOT_APPLICABLE: N_("not reported here"),
    NoValue.COVERED: N_("in a later year to date"),
    NoValue.NOT_DEFINED: N_("does not apply"),
}

HEADLINE_TEXTS = {
    "of_target": N_("{share} of target"),
    "of_change": N_("{share} of the planned change"),
    "distance": N_("{share} away from target"),
}

Gettext = Callable[..., str]


def describe_rating(rating: Rating, locale: Locale) -> str:
    return locale.gettext(RATING_LABELS[rating])


def describe_amount(amount: Amount, indicator: Indicator, locale: Locale) -> str:
    """The number as it is shown, without its unit, or the reason that there is none."""
    if isinstance(amount, NoValue):
        return locale.gettext(NO_VALUE_LABELS[amount])
    return locale.format_amount(amount, indicator.decimals)


def describe_unit(indicator: Indicator, locale: Locale) -> str:
    """The unit as it stands beside a number; blank for a plain count."""
    return indicator.unit_label.in_language(locale.language)


def append_unit(text: str, indicator: Indicator, locale: Locale) -> str:
    unit = describe_unit(indicator, locale)
    return f"{text} {unit}" if unit else text


def describe_share(share: Amount, locale: Locale) -> str:
    """A fraction of 1 as a percentage, or the reason that there is none."""
    if isinstance(share, NoValue):
        return locale.gettext(NO_VALUE_LABELS[share])
    return locale.format_share(share)


def describe_headline(figure: Figure, locale: Locale) -> str:
    """The headline percentage with its name, or why there is none."""
    _ = locale.gettext
    if isinstance(figure.headline, NoValue):
        return _(NO_VALUE_LABELS[figure.headline])
    return _(HEADLINE_TEXTS[figure.headline_rule], share=locale.format_share(figure.headline))


SHARE_NAMES = {
    "of_target": N_("of target"),
    "of_change": N_("of the planned change"),
    "distance": N_("away from target"),
}


def share_name(figure: Figure, locale: Locale) -> str:
    """What the headline percentage is a share of; blank where there is none."""
    if isinstance(figure.headline, NoValue):
        return ""
    return locale.gettext(SHARE_NAMES[figure.headline_rule])


def describe_period(period: Period, locale: Locale) -> str:
    """`plan to date`, `2025`, `2023 to 2025` or `2025 Q3`."""
    _ = locale.gettext
    if isinstance(period, PlanToDate):
        return _("plan to date")
    if isinstance(period, Quarter):
        return locale.format_quarter(period)
    if period.first == period.last:
        return str(period.first)
    return _("{first} to {last}", first=period.first, last=period.last)


def describe_rating_counts(counts: RatingCounts, locale: Locale) -> str:
    """`6 on track, 1 off track`: every rating that occurs."""
    counted = [f"{count} {describe_rating(rating, locale)}" for rating, count in counts.counts if count]
    return " · ".join(counted) if counted else locale.gettext("no indicator")


def rating_counts_title(counts: RatingCounts, locale: Locale) -> str:
    """The overview's finding in one sentence."""
    _ = locale.gettext
    if not counts.rated_count:
        return _("No indicator can be rated yet")
    attention = counts.rated_count - counts.good_count
    if counts.rated_count == 1:
        good = _("The one rated indicator is on track or achieved")
        return _("The one rated indicator needs attention") if attention else good
    if not attention:
        return _("All {rated} rated indicators are on track or achieved", rated=counts.rated_count)
    if attention == 1:
        return _(
            "{good} of {rated} rated indicators are on track or achieved; one needs attention",
            good=counts.good_count,
            rated=counts.rated_count,
        )
    return _(
        "{good} of {rated} rated indicators are on track or achieved; {attention} need attention",
        good=counts.good_count,
        rated=counts.rated_count,
        attention=attention,
    )


def figure_title(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """The finding of one indicator: `Area under CA: 2,610 of 3,500 hectares, at risk`."""
    _ = locale.gettext
    name = indicator.name.in_language(locale.language)
    rating = describe_rating(figure.rating, locale)
    actual = figure.actual.amount
    if isinstance(actual, NoValue):
        return _("{name}: {reason}", name=name, reason=_(NO_VALUE_LABELS[actual]))
    shown = locale.format_amount(actual, indicator.decimals)
    if isinstance(figure.target, NoValue):
        return _("{name}: {actual}, {rating}", name=name, actual=append_unit(shown, indicator, locale), rating=rating)
    return _(
        "{name}: {actual} of {target}, {rating}",
        name=name,
        actual=shown,
        target=append_unit(locale.format_amount(figure.target, indicator.decimals), indicator, locale),
        rating=rating,
    )


def describe_completeness(value: Value, locale: Locale) -> str:
    """How many of the expected cells are in, and how many levels are carried; blank when all are there."""
    _ = locale.gettext
    said = []
    if value.is_incomplete:
        said.append(_("{reported} of {expected} numbers in", reported=value.reported, expected=value.expected))
    if value.carried:
        said.append(_("{count} carried from an earlier quarter", count=len(value.carried)))
    if value.not_collected:
        said.append(_("{count} not collected", count=value.not_collected))
    return " · ".join(said)


def describe_needed_pace(outlook: Outlook | None, indicator: Indicator, locale: Locale) -> str:
    """What the plan's end still needs in each remaining quarter; blank where there is no such pace."""
    _ = locale.gettext
    if outlook is None:
        return ""
    rises = indicator.direction.value == "increase"
    if (outlook.needed <= 0) if rises else (outlook.needed >= 0):
        return _("nothing more needed")
    if outlook.needed_per_quarter is None:
        return _("no quarter left")
    return _(
        "{amount} a quarter, {count} left",
        amount=append_unit(_signed(outlook.needed_per_quarter, indicator, locale), indicator, locale),
        count=outlook.remaining_quarters,
    )


def describe_remaining_need(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """What it takes: the pace until the plan's end, or the value to reach; blank where there is no target either."""
    paced = describe_needed_pace(figure.outlook, indicator, locale)
    if paced or isinstance(figure.target, NoValue):
        return paced
    target = append_unit(describe_amount(figure.target, indicator, locale), indicator, locale)
    return locale.gettext("to reach {target}", target=target)


def _signed(amount: Decimal, indicator: Indicator, locale: Locale) -> str:
    is_coarse = abs(amount) < 10 and amount != round(amount)
    decimals = max(indicator.decimals, 1 if is_coarse else 0)
    while decimals < _MOST_DECIMALS and not round(amount, decimals):
        decimals += 1
    shown = locale.format_amount(amount, decimals)
    return shown if amount < 0 else f"+{shown}"


def format_calculation(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """The headline as a sum with its numbers: `(3,480 − 600) ÷ (4,500 − 600) = 73.8 % of the planned change`.

    The numbers stand less rounded than elsewhere, so that a reader who computes the sum comes to the same result.
    """
    _ = locale.gettext
    actual, target = figure.rated_actual, figure.target
    if isinstance(figure.headline, NoValue) or isinstance(actual, NoValue) or isinstance(target, NoValue):
        return _("No percentage: {reason}.", reason=describe_headline(figure, locale))
    shown = {
        "actual": format_input_amount(actual, indicator.decimals, locale),
        "target": format_input_amount(target, indicator.decimals, locale),
        "result": describe_headline(figure, locale),
    }
    if figure.headline_rule == "of_target":
        return _("{actual} ÷ {target} = {result}", **shown)
    if figure.headline_rule == "of_change" and isinstance(figure.baseline, Decimal):
        baseline = format_input_amount(figure.baseline, indicator.decimals, locale)
        return _("({actual} − {baseline}) ÷ ({target} − {baseline}) = {result}", baseline=baseline, **shown)
    return _("|{actual} − {target}| ÷ {target} = {result}", **shown)


def format_input_amount(amount: Decimal, decimals: int, locale: Locale) -> str:
    """The number with up to two decimals more than it is shown with elsewhere, without zeros at their end."""
    shown = locale.format_amount(amount, decimals + 2)
    return (shown[:-2] + shown[-2:].rstrip("0")).removesuffix(".")
