"""The tables of the meeting pack: what each row says of an indicator, a remark, an agreement, an owed return."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from etl.exports.figure_rows import plain_amount
from etl.indicators.results import Amount, Figure, Rating
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import format_day, format_quarter, speak
from etl.publication.html import exact, join, table, tag
from etl.publication.rating_styles import RATING_STYLES
from etl.publication.svg import draw_bullet, draw_line
from etl.queries.meeting_pack import MeetingPack
from etl.queries.objective_progress import IndicatorProgress
from etl.queries.remarks import OpenAgreement, Remark
from etl.queries.reporting_status import OwedReturns
from etl.wording import (
    amount_words,
    completeness_words,
    needs_words,
    rating_words,
    share_name,
    share_words,
    unit_words,
    with_unit,
)


def badge(rating: Rating, language: str) -> Markup:
    """Shape and word, in the rating's colour."""
    style = RATING_STYLES[rating]
    return Markup('<span class="badge" style="color:{}">{} {}</span>').format(
        style.text, style.shape, rating_words(rating, language)
    )


def indicators_table(caption: str, found: Sequence[IndicatorProgress], language: str) -> Markup:
    """A row for each indicator: its rating, actual against target, its years as a small line."""
    say = speak(language)
    header = (
        say("Indicator"),
        say("Rating"),
        say("Against target"),
        say("Actual"),
        say("Target"),
        say("Share"),
        say("Year by year"),
    )
    rows = [_indicator_row(one, language) for one in found]
    return table(caption, header, rows, numeric=(3, 4, 5), widths=(27, 12, 14, 10, 10, 15, 12))


def _indicator_row(one: IndicatorProgress, language: str) -> list[Markup | str]:
    indicator, figure = one.indicator, one.figure
    unit = unit_words(indicator, language)
    missing = completeness_words(figure.actual, language)
    below = " · ".join(part for part in (indicator.code, unit, missing) if part)
    return [
        join([indicator.name.in_language(language), tag("small", below)]),
        badge(figure.rating, language),
        bullet(figure, indicator, language),
        amount(figure.actual.amount, indicator, language),
        amount(figure.target, indicator, language),
        share(figure, language),
        _years(one, language),
    ]


def amount(found: Amount, indicator: Indicator, language: str) -> Markup:
    return exact(amount_words(found, indicator, language), plain_amount(found))


def share(figure: Figure, language: str) -> Markup:
    """The headline percentage above its name."""
    number = exact(share_words(figure.headline, language), plain_amount(figure.headline))
    name = share_name(figure, language)
    return number + tag("small", name) if name else number


def bullet(figure: Figure, indicator: Indicator, language: str) -> Markup:
    words = f"{amount_words(figure.judged, indicator, language)} / {amount_words(figure.target, indicator, language)}"
    return draw_bullet(figure.judged, figure.target, figure.rating, with_unit(words, indicator, language), width=96)


def _years(one: IndicatorProgress, language: str) -> Markup:
    words = "; ".join(
        f"{year}: {amount_words(figure.actual.amount, one.indicator, language)} / "
        f"{amount_words(figure.target, one.indicator, language)}"
        for year, figure in one.years
    )
    actuals = [figure.actual.amount for _, figure in one.years]
    return draw_line(actuals, [figure.target for _, figure in one.years], words, width=84)


def attention_table(pack: MeetingPack, language: str) -> Markup:
    """What is at risk or off track, worst first, with what it needs and who must act."""
    say = speak(language)
    indicators = pack.indicators
    rows = [
        [
            join([indicators[one.indicator].name.in_language(language), tag("small", one.indicator)]),
            badge(one.rating, language),
            amount(one.actual.amount, indicators[one.indicator], language)
            + tag("small", _of_target(one, indicators[one.indicator], language)),
            share(one, language),
            needs_words(one, indicators[one.indicator], language) or "–",
            indicators[one.indicator].responsible.in_language(language) or "–",
        ]
        for one in pack.overview.attention
        if one.indicator in indicators
    ]
    if not rows:
        return tag("p", say("Nothing is at risk or off track in this choice."))
    header = (say("Indicator"), say("Rating"), say("Actual"), say("Share"), say("Still needed"), say("Who acts"))
    caption = say("Indicators at risk or off track, worst first")
    return table(caption, header, rows, numeric=(2, 3), widths=(28, 12, 13, 16, 16, 15))


def _of_target(figure: Figure, indicator: Indicator, language: str) -> str:
    if not isinstance(figure.target, Decimal):
        return ""
    target = with_unit(amount_words(figure.target, indicator, language), indicator, language)
    return speak(language)(" of {target}", target=target).strip()


def agreements_table(found: Sequence[OpenAgreement], language: str) -> Markup:
    """What was agreed and isn't done, the earliest day first."""
    say = speak(language)
    if not found:
        return tag("p", say("Nothing that was agreed is still open."))
    rows = [
        [
            join([one.remark.indicator, tag("small", format_quarter(one.remark.quarter, language))]),
            one.remark.agreed,
            one.remark.responsible,
            _due(one, language),
        ]
        for one in found
    ]
    header = (say("Indicator"), say("What was agreed"), say("Who does it"), say("By when"))
    return table(say("Open agreements"), header, rows, widths=(16, 46, 20, 18))


def _due(one: OpenAgreement, language: str) -> Markup | str:
    if one.remark.due is None:
        return "–"
    day = format_day(one.remark.due, language)
    return join([day, tag("small", speak(language)("its day has passed"))]) if one.is_overdue else day


def remarks_list(found: Sequence[Remark], language: str) -> Markup:
    """The last remark of each indicator: why it stands where it stands, and what was agreed."""
    return Markup('<ul class="remarks">{}</ul>').format(join(tag("li", _remark(one, language)) for one in found))


def _remark(one: Remark, language: str) -> Markup:
    head = tag("b", f"{one.indicator} · {format_quarter(one.quarter, language)}")
    return join([head, ": ", one.why, *_agreed(one, language)])


def _agreed(one: Remark, language: str) -> list[Markup | str]:
    say = speak(language)
    if not one.agreed:
        return []
    day = format_day(one.due, language) if one.due else ""
    who = ", ".join(part for part in (one.responsible, day, say("done") if one.is_done else "") if part)
    return [" ", say("Agreed: {agreed} ({who}).", agreed=one.agreed, who=who)]


def owed_list(found: Sequence[OwedReturns], language: str) -> Markup:
    """Each site that owes returns with its quarters."""
    say = speak(language)
    if not found:
        return tag("p", say("None: every return that is due is in."))
    items = (
        tag(
            "li",
            f"{one.site.name.in_language(language)}: "
            + ", ".join(format_quarter(quarter, language) for quarter in one.quarters),
        )
        for one in found
    )
    return Markup('<ul class="remarks">{}</ul>').format(join(items))
