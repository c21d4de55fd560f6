"""Participations beside the people whom an indicator counts once, and the note that says so."""

from typing import Any

import dash_bootstrap_components as dbc

from dashboard.access.context import PageContext
from dashboard.components.figure_parts import build_value_link
from dashboard.components.markup import tags
from dashboard.components.tables import build_table
from etl.indicators.periods import Period, Years
from etl.indicators.vocabulary import PARTICIPATIONS, Indicator
from etl.locale import Locale
from etl.queries.objective_progress import IndicatorProgress
from etl.queries.scope import QueryScope
from etl.wording.participations import PARTICIPATIONS_LABEL, describe_new_people


def build_new_people_note(indicator: Indicator, locale: Locale) -> Any:
    """Return the note that stands beside figures of new people; None for other indicators."""
    note = describe_new_people(indicator, locale)
    return dbc.Alert(note, color="warning") if note else None


def build_participations_line(page: PageContext, scope: QueryScope, indicator: Indicator, period: Period) -> Any:
    """Return the participations of a period with a link to their source; None for other indicators."""
    value = scope.compute_participations(indicator.code, period=period)
    if value is None:
        return None
    number = build_value_link(value.amount, indicator, period, page.selection, part=PARTICIPATIONS)
    return tags.P([f"{page.gettext(PARTICIPATIONS_LABEL)}: ", number])


def build_participations_by_year(page: PageContext, scope: QueryScope, progress: IndicatorProgress) -> Any:
    """Return a table of new people and participations by year; None for other indicators."""
    indicator, _ = progress.indicator, page.gettext
    if not indicator.counts_new_people:
        return None
    rows = []
    for year, figure in progress.years:
        period = Years(year, year)
        value = scope.compute_participations(indicator.code, period=period)
        assert value is not None
        people = build_value_link(figure.actual.amount, indicator, period, page.selection)
        participations = build_value_link(value.amount, indicator, period, page.selection, part=PARTICIPATIONS)
        rows.append([str(year), people, participations])
    header = (_("Year"), _("New people"), _(PARTICIPATIONS_LABEL))
    return build_table(_("People and participations"), header, rows, numeric=(1, 2), table_id="participations")
