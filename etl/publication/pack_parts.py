"""The tables of the meeting pack: what each row says of an indicator, a remark, an agreement, an owed return."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from etl.exports.figure_rows import serialize_amount
from etl.indicators.results import Amount, Figure, Rating
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.publication.markup import exact_number, join, table, tag
from etl.publication.rating_styles import RATING_STYLES
from etl.publication.svg import draw_bullet, draw_line
from etl.queries.meeting_pack import MeetingPack
from etl.queries.objective_progress import IndicatorProgress
from etl.queries.remarks import ActionItem, Remark
from etl.queries.reporting_status import OverdueReturns
from etl.wording import (
    append_unit,
    describe_amount,
    describe_completeness,
    describe_rating,
    describe_remaining_need,
    describe_share,
    describe_unit,
    share_name,
)


def badge(rating: Rating, locale: Locale) -> Markup:
    """Shape and word, in the rating's colour."""
    style = RATING_STYLES[rating]
    return Markup('<span class="badge" style="color:{}">{} {}</span>').format(
        style.text, style.shape, describe_rating(rating, locale)
    )


def indicators_table(caption: str, indicators: Sequence[IndicatorProgress], locale: Locale) -> Markup:
    """A row for each indicator: its rating, actual against target, its years as a small line."""
    _ = locale.gettext
    header = (
        _("Indicator"),
        _("Rating"),
        _("Against target"),
        _("Actual"),
        _("Target"),
        _("Share"),
        _("By year"),
    )
    rows = [_indicator_row(one, locale) for one in indicators]
    return table(caption, header, rows, numeric=(3, 4, 5), widths=(27, 12, 14, 10, 10, 15, 12))


def _indicator_row(one: IndicatorProgress, locale: Locale) -> list[Markup | str]:
    indicator, figure = one.indicator, one.figure
    unit = describe_unit(indicator, locale)
    missing = describe_completeness(figure.actual, locale)
    below = " · ".join(part for part in (indicator.code, unit, missing) if part)
    return [
        join([indicator.name.in_language(locale.language), tag("small", below)]),
        badge(figure.rating, locale),
        bullet(figure, indicator, locale),
        amount(figure.actual.amount, indicator, locale),
        amount(figure.target, indicator, locale),
        share(figure, locale),
        _years(one, locale),
    ]


def amount(value: Amount, indicator: Indicator, locale: Locale) -> Markup:
    return exact_number(describe_amount(value, indicator, locale), serialize_amount(value))


def share(figure: Figure, locale: Locale) -> Markup:
    """The headline percentage above its name."""
    number = exact_number(describe_share(figure.headline, locale), serialize_amount(figure.headline))
    name = share_name(figure, locale)
    return number + tag("small", name) if name else number


def bullet(figure: Figure, indicator: Indicator, locale: Locale) -> Markup:
    actual = describe_amount(figure.rated_actual, indicator, locale)
    words = f"{actual} / {describe_amount(figure.target, indicator, locale)}"
    return draw_bullet(
        figure.rated_actual, figure.target, figure.rating, append_unit(words, indicator, locale), width=96
    )


def _years(one: IndicatorProgress, locale: Locale) -> Markup:
    words = "; ".join(
        f"{year}: {describe_amount(figure.actual.amount, one.indicator, locale)} / "
        f"{describe_amount(figure.target, one.indicator, locale)}"
        for year, figure in one.years
    )
    actuals = [figure.actual.amount for _, figure in one.years]
    return draw_line(actuals, [figure.target for _, figure in one.years], words, width=84)


def attention_table(pack: MeetingPack, locale: Locale) -> Markup:
    """What is at risk or off track, worst first, with what it needs and who must act."""
    _ = locale.gettext
    indicators = pack.indicators
    rows = [
        [
            join([indicators[one.indicator].name.in_language(locale.language), tag("small", one.indicator)]),
            badge(one.rating, locale),
            amount(one.actual.amount, indicators[one.indicator], locale)
            + tag("small", _of_target(one, indicators[one.indicator], locale)),
            share(one, locale),
            describe_remaining_need(one, indicators[one.indicator], locale) or "–",
            indicators[one.indicator].responsible.in_language(locale.language) or "–",
        ]
        for one in pack.overview.attention
        if one.indicator in indicators
    ]
    if not rows:
        return tag("p", _("No indicators are at risk or off track."))
    header = (_("Indicator"), _("Rating"), _("Actual"), _("Share"), _("Still needed"), _("Who acts"))
    caption = _("Indicators at risk or off track, worst first")
    return table(caption, header, rows, numeric=(2, 3), widths=(28, 12, 13, 16, 16, 15))


def _of_target(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    if not isinstance(figure.target, Decimal):
        return ""
    target = append_unit(describe_amount(figure.target, indicator, locale), indicator, locale)
    return locale.gettext(" of {target}", target=target).strip()


def open_actions_table(open_actions: Sequence[ActionItem], locale: Locale) -> Markup:
    """What was agreed and isn't done, the earliest day first."""
    _ = locale.gettext
    if not open_actions:
        return tag("p", _("No open actions."))
    rows = [
        [
            join([one.remark.indicator, tag("small", locale.format_quarter(one.remark.quarter))]),
            one.remark.agreed_action,
            one.remark.responsible,
            _due(one, locale),
        ]
        for one in open_actions
    ]
    header = (_("Indicator"), _("Agreed action"), _("Person responsible"), _("Due date"))
    return table(_("Open actions"), header, rows, widths=(16, 46, 20, 18))


def _due(one: ActionItem, locale: Locale) -> Markup | str:
    if one.remark.due is None:
        return "–"
    day = locale.format_day(one.remark.due)
    return join([day, tag("small", locale.gettext("overdue"))]) if one.is_overdue else day


def remarks_list(remarks: Sequence[Remark], locale: Locale) -> Markup:
    """The last remark of each indicator: why it stands where it stands, and what was agreed."""
    return Markup('<ul class="remarks">{}</ul>').format(join(tag("li", _remark(one, locale)) for one in remarks))


def _remark(one: Remark, locale: Locale) -> Markup:
    head = tag("b", f"{one.indicator} · {locale.format_quarter(one.quarter)}")
    return join([head, ": ", one.reason, *_agreed(one, locale)])


def _agreed(one: Remark, locale: Locale) -> list[Markup | str]:
    _ = locale.gettext
    if not one.agreed_action:
        return []
    day = locale.format_day(one.due) if one.due else ""
    who = ", ".join(part for part in (one.responsible, day, _("done") if one.is_done else "") if part)
    return [" ", _("Agreed: {agreed} ({who}).", agreed=one.agreed_action, who=who)]


def overdue_list(overdue_returns: Sequence[OverdueReturns], locale: Locale) -> Markup:
    """Each site that owes returns with its quarters."""
    _ = locale.gettext
    if not overdue_returns:
        return tag("p", _("None. All due returns have been received."))
    items = (
        tag(
            "li",
            f"{one.site.name.in_language(locale.language)}: "
            + ", ".join(locale.format_quarter(quarter) for quarter in one.quarters),
        )
        for one in overdue_returns
    )
    return Markup('<ul class="remarks">{}</ul>').format(join(items))
