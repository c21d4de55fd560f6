"""Sentences about an edition's figures, in plain words: what stands there, and why where nothing does."""

from decimal import Decimal

from etl.indicators.editions import PLAN, Book, EditionFigure, Held, period_of
from etl.indicators.figures import tally
from etl.indicators.results import NoValue, Rating, Tally
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import format_amount, format_share, speak, to_say
from etl.wording import HEADLINES, REASONS, period_words, rating_words, with_unit

HELD = {
    Held.SMALL: to_say("fewer than {limit}"),
    Held.WITHHELD: to_say("withheld"),
    Held.TAKEN_OUT: to_say("taken out"),
}


def limit_of(book: Book) -> int:
    """The smallest count of people that is shown."""
    return book.plan.settings.small_count


def state_words(figure: EditionFigure, book: Book, language: str) -> str:
    """Why there is no number to show."""
    say = speak(language)
    amount = figure.amount
    if isinstance(amount, Held):
        return say(HELD[amount], limit=limit_of(book))
    assert not isinstance(amount, Decimal)
    return say(REASONS[amount])


def restated_words(state: str, value: Decimal | None, decimals: int, limit: int, language: str) -> str:
    """The number of a restated figure, or why there is none to show."""
    say = speak(language)
    if value is not None:
        return format_amount(value, decimals, language)
    if state in tuple(Held):
        return say(HELD[Held(state)], limit=limit)
    return say(REASONS[NoValue(state)])


def number_words(amount: Decimal, indicator: Indicator, language: str) -> str:
    return format_amount(amount, indicator.decimals, language)


def share_words_of(figure: EditionFigure, language: str) -> str:
    """`73.8 % of the planned change`; blank where there is none."""
    if figure.share is None:
        return ""
    return speak(language)(HEADLINES[figure.rule], share=format_share(figure.share, language))


def period_name(period: str, language: str) -> str:
    return period_words(period_of(period), language)


def title_words(figure: EditionFigure, indicator: Indicator, book: Book, language: str) -> str:
    """The finding: `Area under CA: 2,610 of 3,500 hectares, at risk`."""
    say = speak(language)
    name = indicator.name.in_language(language)
    if figure.value is None:
        return say("{name}: {reason}", name=name, reason=state_words(figure, book, language))
    shown = number_words(figure.value, indicator, language)
    rating = rating_words(figure.rated, language) if figure.rated else ""
    if figure.target is None:
        return say("{name}: {actual}, {rating}", name=name, actual=with_unit(shown, indicator, language), rating=rating)
    target = with_unit(number_words(figure.target, indicator, language), indicator, language)
    return say("{name}: {actual} of {target}, {rating}", name=name, actual=shown, target=target, rating=rating)


def complete_words(figure: EditionFigure, language: str) -> str:
    """How many numbers are in, carried and not collected; blank where all are in."""
    say = speak(language)
    said = []
    if figure.is_held:
        return ""
    if figure.reported + figure.carried < figure.expected:
        said.append(say("{reported} of {expected} numbers in", reported=figure.reported, expected=figure.expected))
    if figure.carried:
        said.append(say("{count} carried from an earlier quarter", count=figure.carried))
    if figure.not_collected:
        said.append(say("{count} not collected", count=figure.not_collected))
    return " · ".join(said)


def sum_words(figure: EditionFigure, indicator: Indicator, language: str) -> str:
    """How the percentage came about, with its numbers; blank where there is none."""
    say = speak(language)
    if figure.share is None or figure.value is None or figure.target is None:
        return ""
    shown = {
        "actual": number_words(figure.value, indicator, language),
        "target": number_words(figure.target, indicator, language),
        "result": share_words_of(figure, language),
    }
    if figure.rule == "of_target":
        return say("{actual} ÷ {target} = {result}", **shown)
    if figure.rule == "of_change" and figure.baseline is not None:
        baseline = number_words(figure.baseline, indicator, language)
        return say("({actual} − {baseline}) ÷ ({target} − {baseline}) = {result}", baseline=baseline, **shown)
    return say("|{actual} − {target}| ÷ {target} = {result}", **shown)


def plan_tally(book: Book, codes: tuple[str, ...] | None = None) -> Tally:
    """How many indicators are in each rating; those whose rating is withheld are in none."""
    chosen = codes if codes is not None else tuple(one.code for one in book.plan.indicators)
    found = [book.total(code).rated for code in chosen]
    return tally(one for one in found if one is not None)


def in_need_first(book: Book, indicators: tuple[Indicator, ...]) -> tuple[Indicator, ...]:
    """Off track, at risk, on track, achieved, then what can't be rated; within each in the plan's order."""
    order = [Rating.OFF_TRACK, Rating.AT_RISK, Rating.INCOMPLETE, Rating.ON_TRACK, Rating.ACHIEVED]

    def place(indicator: Indicator) -> int:
        rating = book.total(indicator.code).rated
        return order.index(rating) if rating in order else len(order)

    return tuple(sorted(indicators, key=place))


def marks(book: Book, language: str) -> tuple[str, ...]:
    """What every page must say of its figures: provisional, or invented."""
    say = speak(language)
    provisional = (say("Provisional indicators"),) if book.plan.is_provisional else ()
    sample = (say("sample data, not results"),) if book.edition.has_sample_data else ()
    return provisional + sample


def judged_words(figure: EditionFigure, language: str) -> str:
    """Which year stands for the plan to date, where only one does."""
    if figure.key.period != PLAN or not figure.judged:
        return ""
    return speak(language)(
        "a share is judged year by year: this is {period}", period=period_name(figure.judged, language)
    )


def restated_count_words(count: int, before: str, language: str) -> str:
    """How many figures an edition restates against the one before."""
    say = speak(language)
    if count == 1:
        return say("One figure restated since {edition}", edition=before)
    return say("{count} figures restated since {edition}", count=count, edition=before)
