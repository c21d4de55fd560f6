"""Sentences made from figures: ratings, reasons, titles that say the finding, and how a percentage came about."""

from collections.abc import Callable
from decimal import Decimal

from etl.indicators.periods import Period, PlanToDate, Quarter
from etl.indicators.results import Amount, Figure, NoValue, Outlook, Rating, Tally, Value
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import format_amount, format_quarter, format_share, speak, to_say

_MOST_DECIMALS = 6
"""A pace too small to show with so many is as good as none."""

RATINGS = {
    Rating.ACHIEVED: to_say("achieved"),
    Rating.ON_TRACK: to_say("on track"),
    Rating.AT_RISK: to_say("at risk"),
    Rating.OFF_TRACK: to_say("off track"),
    Rating.INCOMPLETE: to_say("incomplete"),
    Rating.NO_DATA: to_say("no data"),
    Rating.NOT_DUE: to_say("not due yet"),
    Rating.NO_TARGET: to_say("no target"),
}

REASONS = {
    NoValue.NO_TARGET: to_say("no target"),
    NoValue.TARGET_IS_ZERO: to_say("target is zero"),
    NoValue.DENOMINATOR_IS_ZERO: to_say("nothing to divide by"),
    NoValue.TARGET_EQUALS_BASELINE: to_say("target equals baseline"),
    NoValue.NOTHING_REPORTED: to_say("missing"),
    NoValue.NO_BASELINE: to_say("no baseline"),
    NoValue.NOT_COLLECTED: to_say("not collected"),
    NoValue.NOT_DUE: to_say("not due yet"),
    NoValue.NOT_APPLICABLE: to_say("not reported here"),
    NoValue.COVERED: to_say("in a later year to date"),
    NoValue.NOT_DEFINED: to_say("does not apply"),
}

HEADLINES = {
    "of_target": to_say("{share} of target"),
    "of_change": to_say("{share} of the planned change"),
    "distance": to_say("{share} away from target"),
}

Say = Callable[..., str]


def rating_words(rating: Rating, language: str) -> str:
    return speak(language)(RATINGS[rating])


def amount_words(amount: Amount, indicator: Indicator, language: str) -> str:
    """The number as it is shown, without its unit, or the reason that there is none."""
    if isinstance(amount, NoValue):
        return speak(language)(REASONS[amount])
    return format_amount(amount, indicator.decimals, language)


def unit_words(indicator: Indicator, language: str) -> str:
    """The unit as it stands beside a number; blank for a plain count."""
    return indicator.unit_label.in_language(language)


def with_unit(text: str, indicator: Indicator, language: str) -> str:
    unit = unit_words(indicator, language)
    return f"{text} {unit}" if unit else text


def share_words(share: Amount, language: str) -> str:
    """A fraction of 1 as a percentage, or the reason that there is none."""
    if isinstance(share, NoValue):
        return speak(language)(REASONS[share])
    return format_share(share, language)


def headline_words(figure: Figure, language: str) -> str:
    """The headline percentage with its name, or why there is none."""
    say = speak(language)
    if isinstance(figure.headline, NoValue):
        return say(REASONS[figure.headline])
    return say(HEADLINES[figure.headline_rule], share=format_share(figure.headline, language))


SHARE_NAMES = {
    "of_target": to_say("of target"),
    "of_change": to_say("of the planned change"),
    "distance": to_say("away from target"),
}


def share_name(figure: Figure, language: str) -> str:
    """What the headline percentage is a share of; blank where there is none."""
    if isinstance(figure.headline, NoValue):
        return ""
    return speak(language)(SHARE_NAMES[figure.headline_rule])


def period_words(period: Period, language: str) -> str:
    """`plan to date`, `2025`, `2023 to 2025` or `2025 Q3`."""
    say = speak(language)
    if isinstance(period, PlanToDate):
        return say("plan to date")
    if isinstance(period, Quarter):
        return format_quarter(period, language)
    if period.first == period.last:
        return str(period.first)
    return say("{first} to {last}", first=period.first, last=period.last)


def tally_words(tally: Tally, language: str) -> str:
    """`6 on track, 1 off track`: every rating that occurs."""
    counted = [f"{count} {rating_words(rating, language)}" for rating, count in tally.counts if count]
    return " · ".join(counted) if counted else speak(language)("no indicator")


def tally_title(tally: Tally, language: str) -> str:
    """The overview's finding in one sentence."""
    say = speak(language)
    if not tally.rated:
        return say("No indicator can be rated yet")
    attention = tally.rated - tally.good
    if tally.rated == 1:
        good = say("The one rated indicator is on track or achieved")
        return say("The one rated indicator needs attention") if attention else good
    if not attention:
        return say("All {rated} rated indicators are on track or achieved", rated=tally.rated)
    if attention == 1:
        return say(
            "{good} of {rated} rated indicators are on track or achieved; one needs attention",
            good=tally.good,
            rated=tally.rated,
        )
    return say(
        "{good} of {rated} rated indicators are on track or achieved; {attention} need attention",
        good=tally.good,
        rated=tally.rated,
        attention=attention,
    )


def figure_title(figure: Figure, indicator: Indicator, language: str) -> str:
    """The finding of one indicator: `Area under CA: 2,610 of 3,500 hectares, at risk`."""
    say = speak(language)
    name = indicator.name.in_language(language)
    rating = rating_words(figure.rating, language)
    actual = figure.actual.amount
    if isinstance(actual, NoValue):
        return say("{name}: {reason}", name=name, reason=say(REASONS[actual]))
    shown = format_amount(actual, indicator.decimals, language)
    if isinstance(figure.target, NoValue):
        return say("{name}: {actual}, {rating}", name=name, actual=with_unit(shown, indicator, language), rating=rating)
    return say(
        "{name}: {actual} of {target}, {rating}",
        name=name,
        actual=shown,
        target=with_unit(format_amount(figure.target, indicator.decimals, language), indicator, language),
        rating=rating,
    )


def completeness_words(value: Value, language: str) -> str:
    """How many of the expected cells are in, and how many levels are carried; blank when all are there."""
    say = speak(language)
    said = []
    if value.is_incomplete:
        said.append(say("{reported} of {expected} numbers in", reported=value.reported, expected=value.expected))
    if value.carried:
        said.append(say("{count} carried from an earlier quarter", count=len(value.carried)))
    if value.not_collected:
        said.append(say("{count} not collected", count=value.not_collected))
    return " · ".join(said)


def needed_words(outlook: Outlook | None, indicator: Indicator, language: str) -> str:
    """What the plan's end still needs in each remaining quarter; blank where there is no such pace."""
    say = speak(language)
    if outlook is None:
        return ""
    rises = indicator.direction.value == "increase"
    if (outlook.needed <= 0) if rises else (outlook.needed >= 0):
        return say("nothing more needed")
    if outlook.needed_per_quarter is None:
        return say("no quarter left")
    return say(
        "{amount} a quarter, {count} left",
        amount=with_unit(_signed(outlook.needed_per_quarter, indicator, language), indicator, language),
        count=outlook.remaining_quarters,
    )


def needs_words(figure: Figure, indicator: Indicator, language: str) -> str:
    """What it takes: the pace until the plan's end, or the value to reach; blank where there is no target either."""
    paced = needed_words(figure.outlook, indicator, language)
    if paced or isinstance(figure.target, NoValue):
        return paced
    target = with_unit(amount_words(figure.target, indicator, language), indicator, language)
    return speak(language)("to reach {target}", target=target)


def _signed(amount: Decimal, indicator: Indicator, language: str) -> str:
    is_coarse = abs(amount) < 10 and amount != round(amount)
    decimals = max(indicator.decimals, 1 if is_coarse else 0)
    while decimals < _MOST_DECIMALS and not round(amount, decimals):
        decimals += 1
    shown = format_amount(amount, decimals, language)
    return shown if amount < 0 else f"+{shown}"


def how_computed(figure: Figure, indicator: Indicator, language: str) -> str:
    """The headline as a sum with its numbers: `(3,480 − 600) ÷ (4,500 − 600) = 73.8 % of the planned change`.

    The numbers stand less rounded than elsewhere, so that a reader who computes the sum comes to the same result.
    """
    say = speak(language)
    actual, target = figure.judged, figure.target
    if isinstance(figure.headline, NoValue) or isinstance(actual, NoValue) or isinstance(target, NoValue):
        return say("No percentage: {reason}.", reason=headline_words(figure, language))
    shown = {
        "actual": input_words(actual, indicator.decimals, language),
        "target": input_words(target, indicator.decimals, language),
        "result": headline_words(figure, language),
    }
    if figure.headline_rule == "of_target":
        return say("{actual} ÷ {target} = {result}", **shown)
    if figure.headline_rule == "of_change" and isinstance(figure.baseline, Decimal):
        baseline = input_words(figure.baseline, indicator.decimals, language)
        return say("({actual} − {baseline}) ÷ ({target} − {baseline}) = {result}", baseline=baseline, **shown)
    return say("|{actual} − {target}| ÷ {target} = {result}", **shown)


def input_words(amount: Decimal, decimals: int, language: str) -> str:
    """The number with up to two decimals more than it is shown with elsewhere, without zeros at their end."""
    shown = format_amount(amount, decimals + 2, language)
    return (shown[:-2] + shown[-2:].rstrip("0")).removesuffix(".")
