"""Render the meeting pack as one HTML page that prints on A4, or as slides."""

from decimal import Decimal
from pathlib import Path

from markupsafe import Markup

from etl.exports.about import describe_as_of, describe_scope, list_data_notices
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.publication.svg import draw_bullet, draw_line
from etl.publication.templating import render_template
from etl.queries.meeting_pack import MeetingPack
from etl.queries.objective_progress import IndicatorProgress
from etl.wording import append_unit, describe_amount, describe_figure_share

_SLIDE_SIZE = "338.67mm 190.5mm"
_STYLE = Path(__file__).with_name("pack.css")


def render_pack_page(
    pack: MeetingPack,
    locale: Locale,
    *,
    links: Markup | str = "",
    bar: str = "",
    style: str = "",
    is_slides: bool = False,
) -> str:
    """Return the page, which prints on A4, or on 16:9 with `is_slides`.

    `links` are stylesheets, `style` is more CSS (a font), `bar` is a note that is not printed.
    """
    title = format_pack_title(pack, locale)
    notices = list_data_notices(pack.scope.snapshot, locale)
    footer = " · ".join([title, *describe_as_of(pack.scope.today, None, locale), *notices])
    html = render_template(
        "pack/pack.html",
        locale,
        pack=pack,
        title=title,
        links=links,
        style=Markup(_STYLE.read_text(encoding="utf-8") + style + _make_page_rule(footer, is_slides=is_slides)),
        is_slides=is_slides,
        bar=bar,
        footer=footer,
        notices=notices,
        about_sentences=[
            *describe_as_of(pack.scope.today, pack.overview.counted_quarter, locale),
            *describe_scope(pack.scope, locale),
        ],
        remarks={
            objective.objective.code: [
                pack.last_remarks[progress.indicator.code]
                for progress in objective.indicators
                if progress.indicator.code in pack.last_remarks
            ]
            for objective in pack.objectives
        },
        describe_matrix_share=describe_matrix_share,
        draw_bullet_chart=draw_bullet_chart,
        draw_years_chart=draw_years_chart,
        describe_target=describe_target,
    )
    return html.strip() + "\n"


def format_pack_title(pack: MeetingPack, locale: Locale) -> str:
    """Return the title of the pack with the years of the plan."""
    settings = pack.scope.plan.settings
    return locale.gettext(
        "Meeting pack, strategic plan {first}–{last}", first=settings.first_year, last=settings.last_year
    )


def _make_page_rule(footer: str, *, is_slides: bool) -> str:
    """Return the CSS that prints the footer and the page number on every page."""
    text = "".join(f"\\{ord(char):06x}" if char in '"\\<>\n\r' else char for char in footer)
    size = _SLIDE_SIZE if is_slides else "A4"
    small = "font-size: 7.5pt; color: #5a635e;"
    return (
        f'@page {{ size: {size}; margin: 14mm 13mm 17mm; @bottom-left {{ content: "{text}"; {small} width: 85%; }} '
        f'@bottom-right {{ content: counter(page) " / " counter(pages); {small} }} }}\n'
    )


def describe_matrix_share(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """Return the percentage of a cell of the matrix, or its value; blank without either."""
    if isinstance(figure.headline, Decimal):
        return describe_figure_share(figure, figure.headline, locale)
    amount = figure.actual.amount
    return describe_amount(amount, indicator, locale) if isinstance(amount, Decimal) else ""


def draw_bullet_chart(figure: Figure, indicator: Indicator, locale: Locale) -> Markup:
    """Return the actual as a bar against its target."""
    actual = describe_amount(figure.rated_actual, indicator, locale)
    label = append_unit(f"{actual} / {describe_amount(figure.target, indicator, locale)}", indicator, locale)
    return draw_bullet(figure.rated_actual, figure.target, figure.rating, label, width=96)


def draw_years_chart(progress: IndicatorProgress, locale: Locale) -> Markup:
    """Return a sparkline of the actuals by year with their targets."""
    label = "; ".join(
        f"{year}: {describe_amount(figure.actual.amount, progress.indicator, locale)} / "
        f"{describe_amount(figure.target, progress.indicator, locale)}"
        for year, figure in progress.years
    )
    actuals = [figure.actual.amount for _, figure in progress.years]
    return draw_line(actuals, [figure.target for _, figure in progress.years], label, width=84)


def describe_target(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """Return `of 3,500 ha`; blank without a target."""
    if not isinstance(figure.target, Decimal):
        return ""
    target = append_unit(describe_amount(figure.target, indicator, locale), indicator, locale)
    return locale.gettext(" of {target}", target=target).strip()
