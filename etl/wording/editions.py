"""Texts about the figures of an edition: values, shares, and reasons for missing values."""

from decimal import Decimal

from etl.indicators.editions import PLAN_TO_DATE, EditionContents, EditionFigure, Suppression, parse_period
from etl.indicators.figures import count_ratings
from etl.indicators.progress import DISTANCE, STAGE
from etl.indicators.results import NoValue, Rating, RatingCounts
from etl.indicators.vocabulary import AcrossSites, Indicator
from etl.locale import N_, Locale
from etl.wording import (
    FIGURE_TITLE,
    HEADLINE_TEXTS,
    NO_VALUE_LABELS,
    STAGE_TITLE,
    append_unit,
    describe_number,
    describe_period,
    describe_rating,
    describe_received_numbers,
    describe_target_reached,
)

SUPPRESSION_LABELS = {
    Suppression.SMALL: N_("fewer than {limit}"),
    Suppression.WITHHELD: N_("withheld"),
    Suppression.REDACTED: N_("removed"),
}


_DECIMALS = 2
"""Decimals of a number whose indicator the plan no longer has."""


def get_small_count_limit(contents: EditionContents) -> int:
    """Return the smallest count of people that is published."""
    return contents.plan.settings.small_count


def get_shown_value(figure: EditionFigure, indicator: Indicator) -> Decimal | None:
    """Return the value; None also for the lowest of the sites while a missing one could still lower it."""
    answered = figure.reported + figure.carried + figure.not_collected
    if indicator.across_sites is not AcrossSites.MINIMUM or answered >= figure.expected:
        return figure.value
    is_lowest_stage = indicator.is_stage and figure.value == indicator.stages[0].rank
    return figure.value if is_lowest_stage else None


def describe_missing_value(figure: EditionFigure, contents: EditionContents, locale: Locale) -> str:
    """Return the reason why `get_shown_value` has no number."""
    _ = locale.gettext
    amount = figure.amount
    if isinstance(amount, Decimal):
        return describe_rating(Rating.INCOMPLETE, locale)
    if isinstance(amount, Suppression):
        return _(SUPPRESSION_LABELS[amount], limit=get_small_count_limit(contents))
    return _(NO_VALUE_LABELS[amount])


def describe_restated_value(
    state: str, value: Decimal | None, indicator: Indicator | None, limit: int, locale: Locale
) -> str:
    """Return the number of a restated figure, or the reason why it shows none."""
    _ = locale.gettext
    if value is not None:
        return describe_number(value, indicator, locale) if indicator else locale.format_amount(value, _DECIMALS)
    if state in tuple(Suppression):
        return _(SUPPRESSION_LABELS[Suppression(state)], limit=limit)
    return _(NO_VALUE_LABELS[NoValue(state)])


def format_number(amount: Decimal, indicator: Indicator, locale: Locale) -> str:
    """Return the number with the decimals of the indicator."""
    return describe_number(amount, indicator, locale)


def format_edition_share(figure: EditionFigure, contents: EditionContents, locale: Locale) -> str:
    """Return `73.8 %`; blank if the figure has no share, and of stages whether the target is reached."""
    indicator = contents.find_indicator(figure.key.indicator)
    if figure.rule == STAGE and indicator is not None and figure.target is not None:
        value = get_shown_value(figure, indicator)
        return "" if value is None else describe_target_reached(value >= figure.target, locale)
    if figure.share is None:
        return ""
    thresholds = contents.get_thresholds(figure)
    return locale.format_share(figure.share, thresholds=thresholds, is_distance=figure.rule == DISTANCE)


def describe_edition_share(figure: EditionFigure, contents: EditionContents, locale: Locale) -> str:
    """Return `73.8 % of the planned change`; blank if the figure has no share, and of stages as above."""
    if figure.share is None:
        return format_edition_share(figure, contents, locale)
    return locale.gettext(HEADLINE_TEXTS[figure.rule], share=format_edition_share(figure, contents, locale))


def describe_edition_period(period: str, locale: Locale) -> str:
    """Return the name of a period key such as `plan` or `2025Q3`."""
    return describe_period(parse_period(period), locale)


def make_edition_figure_title(
    figure: EditionFigure, indicator: Indicator, contents: EditionContents, locale: Locale
) -> str:
    """Return the title of a figure: `Area under CA: 2,610 of 3,500 hectares, at risk`."""
    _ = locale.gettext
    name = indicator.name.get_text(locale.language)
    value = get_shown_value(figure, indicator)
    if value is None:
        return _("{name}: {reason}", name=name, reason=describe_missing_value(figure, contents, locale))
    actual = format_number(value, indicator, locale)
    rating = describe_rating(figure.public_rating, locale) if figure.public_rating else ""
    if figure.target is None:
        return _("{name}: {actual}, {rating}", name=name, actual=append_unit(actual, indicator, locale), rating=rating)
    target = append_unit(format_number(figure.target, indicator, locale), indicator, locale)
    title = STAGE_TITLE if indicator.is_stage else FIGURE_TITLE
    return _(title, name=name, actual=actual, target=target, rating=rating)


def describe_edition_completeness(figure: EditionFigure, locale: Locale) -> str:
    """Return how many numbers were received, carried and not collected; blank if the figure is complete."""
    _ = locale.gettext
    texts = []
    if figure.is_suppressed:
        return ""
    if figure.reported + figure.carried < figure.expected:
        texts.append(describe_received_numbers(figure.reported, figure.expected, locale))
    if figure.carried:
        texts.append(_("{count} carried from an earlier quarter", count=figure.carried))
    if figure.not_collected:
        texts.append(_("{count} not collected", count=figure.not_collected))
    return " · ".join(texts)


def summarize_edition_completeness(figure: EditionFigure, locale: Locale) -> str:
    """Return `describe_edition_completeness`, or else that the figure is complete or that nothing was due.

    Blank for a suppressed figure that is incomplete, since its counts are not published.
    """
    _ = locale.gettext
    if not figure.expected and not figure.carried:
        return _("nothing due")
    is_complete = figure.reported + figure.carried >= figure.expected
    return describe_edition_completeness(figure, locale) or (_("complete") if is_complete else "")


def format_edition_calculation(
    figure: EditionFigure, contents: EditionContents, indicator: Indicator, locale: Locale
) -> str:
    """Return the calculation of the percentage with its numbers; blank if the figure has none."""
    _ = locale.gettext
    if figure.share is None or figure.value is None or figure.target is None:
        return ""
    parameters = {
        "actual": format_number(figure.value, indicator, locale),
        "target": format_number(figure.target, indicator, locale),
        "result": describe_edition_share(figure, contents, locale),
    }
    if figure.rule == "of_target":
        return _("{actual} ÷ {target} = {result}", **parameters)
    if figure.rule == "of_change":
        amount = contents.compute_baseline_for_period(figure)
        if amount is None:
            return ""
        baseline = format_number(amount, indicator, locale)
        return _("({actual} − {baseline}) ÷ ({target} − {baseline}) = {result}", baseline=baseline, **parameters)
    return _("|{actual} − {target}| ÷ {target} = {result}", **parameters)


def count_edition_ratings(contents: EditionContents, codes: tuple[str, ...] | None = None) -> RatingCounts:
    """Count the public ratings of the indicators (None: all). Withheld ratings are not counted."""
    if codes is None:
        codes = tuple(indicator.code for indicator in contents.plan.indicators)
    ratings = (contents.get_plan_to_date_figure(code).public_rating for code in codes)
    return count_ratings(rating for rating in ratings if rating is not None)


def sort_by_urgency(contents: EditionContents, indicators: tuple[Indicator, ...]) -> tuple[Indicator, ...]:
    """Sort indicators from off track to achieved, then those without a rating; each in the plan's order."""
    order = [Rating.OFF_TRACK, Rating.AT_RISK, Rating.INCOMPLETE, Rating.ON_TRACK, Rating.ACHIEVED]

    def urgency(indicator: Indicator) -> int:
        rating = contents.get_plan_to_date_figure(indicator.code).public_rating
        return order.index(rating) if rating in order else len(order)

    return tuple(sorted(indicators, key=urgency))


def list_edition_notices(contents: EditionContents, locale: Locale) -> tuple[str, ...]:
    """Return the notices that every page shows: provisional indicators, sample data."""
    _ = locale.gettext
    provisional = (_("Provisional indicators"),) if contents.plan.is_provisional else ()
    sample = (_("sample data, not results"),) if contents.edition.has_sample_data else ()
    return provisional + sample


def list_publisher_lines(contents: EditionContents, locale: Locale) -> list[str]:
    """Return the licence and the contact of the figures, those that the edition has."""
    edition = contents.edition
    lines = [locale.gettext("Licence: {name}", name=edition.licence)] if edition.licence else []
    return [*lines, locale.gettext("Contact: {address}", address=edition.contact)] if edition.contact else lines


def describe_edition_citation(contents: EditionContents, locale: Locale) -> str:
    """Return the edition as a reference names it, without its address."""
    edition = contents.edition
    return locale.gettext(
        "CARDEC ({year}). {name}: edition {edition}, published {day}.",
        year=edition.published_on.year,
        name=contents.plan.settings.name.get_text(locale.language),
        edition=edition.id,
        day=locale.format_day(edition.published_on),
    )


def describe_edition_source(contents: EditionContents, locale: Locale) -> str:
    """Return what stands below a public chart: the source, the edition with its day, and the licence if it has one."""
    _, edition = locale.gettext, contents.edition
    source = _(
        "Source: CARDEC, approved returns of the sites, edition {edition}, published {day}.",
        edition=edition.id,
        day=locale.format_day(edition.published_on),
    )
    return f"{source} {_('Licence: {name}', name=edition.licence)}." if edition.licence else source


def describe_rated_period(figure: EditionFigure, locale: Locale) -> str:
    """Return which year is shown for the plan to date, if it is a single year."""
    if figure.key.period != PLAN_TO_DATE or not figure.judged:
        return ""
    return locale.gettext(
        "percentages are assessed year by year: this is {period}", period=describe_edition_period(figure.judged, locale)
    )


def describe_restatement_count(count: int, previous_id: str, locale: Locale) -> str:
    """Return how many figures an edition restates compared with the previous edition."""
    return locale.ngettext(
        "{count} figure restated since {edition}",
        "{count} figures restated since {edition}",
        count,
        count=count,
        edition=previous_id,
    )
