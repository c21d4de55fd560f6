"""Sentences about an edition's figures, in plain words: what stands there, and why where nothing does."""

from decimal import Decimal

from etl.indicators.editions import PLAN_TO_DATE, EditionContents, EditionFigure, Suppression, parse_period
from etl.indicators.figures import count_ratings
from etl.indicators.results import NoValue, Rating, RatingCounts
from etl.indicators.vocabulary import Indicator
from etl.locale import N_, Locale
from etl.wording import HEADLINE_TEXTS, NO_VALUE_LABELS, append_unit, describe_period, describe_rating

SUPPRESSION_LABELS = {
    Suppression.SMALL: N_("fewer than {limit}"),
    Suppression.WITHHELD: N_("withheld"),
    Suppression.REDACTED: N_("taken out"),
}


def small_count_limit(contents: EditionContents) -> int:
    """The smallest count of people that is shown."""
    return contents.plan.settings.small_count


def describe_missing_value(figure: EditionFigure, contents: EditionContents, locale: Locale) -> str:
    """Why there is no number to show."""
    _ = locale.gettext
    amount = figure.amount
    if isinstance(amount, Suppression):
        return _(SUPPRESSION_LABELS[amount], limit=small_count_limit(contents))
    assert not isinstance(amount, Decimal)
    return _(NO_VALUE_LABELS[amount])


def describe_restated_value(state: str, value: Decimal | None, decimals: int, limit: int, locale: Locale) -> str:
    """The number of a restated figure, or why there is none to show."""
    _ = locale.gettext
    if value is not None:
        return locale.format_amount(value, decimals)
    if state in tuple(Suppression):
        return _(SUPPRESSION_LABELS[Suppression(state)], limit=limit)
    return _(NO_VALUE_LABELS[NoValue(state)])


def format_number(amount: Decimal, indicator: Indicator, locale: Locale) -> str:
    return locale.format_amount(amount, indicator.decimals)


def describe_edition_share(figure: EditionFigure, locale: Locale) -> str:
    """`73.8 % of the planned change`; blank where there is none."""
    if figure.share is None:
        return ""
    return locale.gettext(HEADLINE_TEXTS[figure.rule], share=locale.format_share(figure.share))


def describe_edition_period(period: str, locale: Locale) -> str:
    return describe_period(parse_period(period), locale)


def edition_figure_title(figure: EditionFigure, indicator: Indicator, contents: EditionContents, locale: Locale) -> str:
    """The finding: `Area under CA: 2,610 of 3,500 hectares, at risk`."""
    _ = locale.gettext
    name = indicator.name.in_language(locale.language)
    if figure.value is None:
        return _("{name}: {reason}", name=name, reason=describe_missing_value(figure, contents, locale))
    shown = format_number(figure.value, indicator, locale)
    rating = describe_rating(figure.public_rating, locale) if figure.public_rating else ""
    if figure.target is None:
        return _("{name}: {actual}, {rating}", name=name, actual=append_unit(shown, indicator, locale), rating=rating)
    target = append_unit(format_number(figure.target, indicator, locale), indicator, locale)
    return _("{name}: {actual} of {target}, {rating}", name=name, actual=shown, target=target, rating=rating)


def describe_edition_completeness(figure: EditionFigure, locale: Locale) -> str:
    """How many numbers are in, carried and not collected; blank where all are in."""
    _ = locale.gettext
    said = []
    if figure.is_suppressed:
        return ""
    if figure.reported + figure.carried < figure.expected:
        said.append(_("{reported} of {expected} numbers in", reported=figure.reported, expected=figure.expected))
    if figure.carried:
        said.append(_("{count} carried from an earlier quarter", count=figure.carried))
    if figure.not_collected:
        said.append(_("{count} not collected", count=figure.not_collected))
    return " · ".join(said)


def format_edition_calculation(figure: EditionFigure, indicator: Indicator, locale: Locale) -> str:
    """How the percentage came about, with its numbers; blank where there is none."""
    _ = locale.gettext
    if figure.share is None or figure.value is None or figure.target is None:
        return ""
    shown = {
        "actual": format_number(figure.value, indicator, locale),
        "target": format_number(figure.target, indicator, locale),
        "result": describe_edition_share(figure, locale),
    }
    if figure.rule == "of_target":
        return _("{actual} ÷ {target} = {result}", **shown)
    if figure.rule == "of_change" and figure.baseline is not None:
        baseline = format_number(figure.baseline, indicator, locale)
        return _("({actual} − {baseline}) ÷ ({target} − {baseline}) = {result}", baseline=baseline, **shown)
    return _("|{actual} − {target}| ÷ {target} = {result}", **shown)


def count_edition_ratings(contents: EditionContents, codes: tuple[str, ...] | None = None) -> RatingCounts:
    """How many indicators are in each rating; those whose rating is withheld are in none."""
    chosen = codes if codes is not None else tuple(one.code for one in contents.plan.indicators)
    found = [contents.plan_to_date_figure(code).public_rating for code in chosen]
    return count_ratings(one for one in found if one is not None)


def sort_by_urgency(contents: EditionContents, indicators: tuple[Indicator, ...]) -> tuple[Indicator, ...]:
    """Off track, at risk, on track, achieved, then what can't be rated; within each in the plan's order."""
    order = [Rating.OFF_TRACK, Rating.AT_RISK, Rating.INCOMPLETE, Rating.ON_TRACK, Rating.ACHIEVED]

    def place(indicator: Indicator) -> int:
        rating = contents.plan_to_date_figure(indicator.code).public_rating
        return order.index(rating) if rating in order else len(order)

    return tuple(sorted(indicators, key=place))


def data_notices(contents: EditionContents, locale: Locale) -> tuple[str, ...]:
    """What every page must say of its figures: provisional, or invented."""
    _ = locale.gettext
    provisional = (_("Provisional indicators"),) if contents.plan.is_provisional else ()
    sample = (_("sample data, not results"),) if contents.edition.has_sample_data else ()
    return provisional + sample


def describe_rated_period(figure: EditionFigure, locale: Locale) -> str:
    """Which year stands for the plan to date, where only one does."""
    if figure.key.period != PLAN_TO_DATE or not figure.judged:
        return ""
    return locale.gettext(
        "a share is judged year by year: this is {period}", period=describe_edition_period(figure.judged, locale)
    )


def describe_restatement_count(count: int, previous_id: str, locale: Locale) -> str:
    """How many figures an edition restates against the one before."""
    _ = locale.gettext
    if count == 1:
        return _("One figure restated since {edition}", edition=previous_id)
    return _("{count} figures restated since {edition}", count=count, edition=previous_id)
