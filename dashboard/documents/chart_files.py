"""The numbers of each chart as CSV, from the same questions as the page and with the same choice."""

from flask import Response
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.page_scope import asking_of
from etl.exports.about import marks_of
from etl.exports.chart_rows import (
    CHARTS,
    Rows,
    part_rows,
    quarter_rows,
    rows_as_csv,
    site_quarter_rows,
    site_rows,
    year_rows,
)
from etl.locale.translations import format_day
from etl.queries.asking import Asking
from etl.queries.indicator_details import parts_by_year, series_of_sites
from etl.queries.indicator_history import IndicatorHistory, indicator_history
from etl.wording import period_words


@registry.route("/staff/chart/<code>/<chart>/csv", permission="staff")
def answer_chart(request: PageRequest) -> ResponseReturnValue:
    """The file of one chart of an indicator; 404 for a code or chart that isn't there."""
    asking, chart = asking_of(request), request.codes["chart"]
    history = indicator_history(asking, request.codes["code"]) if asking is not None else None
    if asking is None or history is None or chart not in CHARTS:
        return Response("Not found", 404, mimetype="text/plain")
    text = rows_as_csv(_rows(asking, history, chart), history.indicator, _about(asking, request))
    name = f"{history.indicator.code}-{chart}-{request.now.date().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text.encode(), content_type="text/csv; charset=utf-8", headers=headers)


def _rows(asking: Asking, history: IndicatorHistory, chart: str) -> Rows:
    if chart == "quarters":
        return quarter_rows(history)
    if chart == "years":
        return year_rows(history.progress)
    if chart == "sites":
        return site_rows(history)
    if chart == "parts":
        return part_rows(parts_by_year(asking, history.indicator))
    every = series_of_sites(asking, history.indicator, history.sites, most=len(history.sites))
    return site_quarter_rows(every)


def _about(asking: Asking, request: PageRequest) -> list[str]:
    """What the numbers are: period, sites, approval, day, and the marks that every figure carries."""
    chosen = f"sites: {' '.join(asking.sites)}" if asking.sites else "all sites"
    basis = "approved and waiting for approval" if asking.include_unapproved else "approved only"
    day = format_day(request.now.date(), "en")
    marks = marks_of(asking.snapshot, "en")
    return [f"{period_words(asking.period, 'en')}; {chosen}; {basis}; as of {day}", *marks]
