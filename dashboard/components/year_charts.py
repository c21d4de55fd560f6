"""An indicator year by year: its card, wherever it stands, and the table of the same numbers."""

from typing import Any

from dashboard.access.registry import PageRequest
from dashboard.charts.comparison_charts import draw_years
from dashboard.components.chart_card import ChartFiles, ChartWords, build_chart_card
from dashboard.components.figure_parts import amount_cell, bare_share_cell, value_link
from dashboard.components.marks import build_badge
from dashboard.components.tables import build_table
from etl.queries.objective_progress import IndicatorProgress
from etl.wording import share_name, unit_words
from etl.wording.findings import summary_words, years_title


def build_years(progress: IndicatorProgress, request: PageRequest, *, title: str = "", is_small: bool = False) -> Any:
    """The card; small ones stand side by side on one shape, each under its indicator's own finding."""
    language, indicator = request.language, progress.indicator
    say = request.say
    unit = unit_words(indicator, language) or say("number")
    suffix = f"-{indicator.code}" if is_small else ""
    words = ChartWords(
        title=title or years_title(progress.years, indicator, language),
        subtitle=say("Actual by year, in the colour and shape of its rating; stroke: target, {unit}", unit=unit),
        summary=summary_words(
            [(str(year), one.actual.amount) for year, one in progress.years if year <= request.now.year],
            indicator,
            language,
        ),
        source=say("Source: quarterly returns of the sites. {code}", code=indicator.code),
    )
    drawn = draw_years(
        indicator, progress.years, language, waiting=progress.waiting_years, height=200 if is_small else 280
    )
    return build_chart_card(
        words,
        drawn,
        years_table(progress, request, table_id=f"years{suffix}"),
        chart_id=f"chart-years{suffix}",
        files=ChartFiles(code=indicator.code, chart="years"),
        request=request,
        is_small=is_small,
    )


def years_table(progress: IndicatorProgress, request: PageRequest, *, table_id: str) -> Any:
    """Every year with its actual, target, share and rating."""
    say, language = request.say, request.language
    indicator = progress.indicator
    share = share_name(progress.figure, language)
    header = (say("Year"), say("Actual"), say("Target"), f"% {share}" if share else say("Share"), say("Rating"))
    rows = [
        [
            str(year),
            value_link(figure.actual.amount, indicator, figure.asked, request.selection),
            amount_cell(figure.target, indicator, language),
            bare_share_cell(figure, progress.figure, indicator, language),
            build_badge(figure.rating, language),
        ]
        for year, figure in progress.years
    ]
    return build_table(say("Year by year"), header, rows, numeric=(1, 2, 3), table_id=table_id)
