"""How one percentage came about, as a small document of its own: opened beside a table that has no room to tell it."""

from dataclasses import replace

from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.explanation_parts import EXPLANATION_PATH, build_explanation
from dashboard.components.tables import element
from dashboard.page_scope import make_scope
from etl.indicators.periods import find_period
from etl.queries.retired_codes import resolve_scope


@registry.route(f"{EXPLANATION_PATH}/<code>/<period>", permission="staff")
def show_explanation(request: PageContext) -> ResponseReturnValue:
    """The percentage of one indicator and period for the choice in the address."""
    asking, period, code = make_scope(request), find_period(request.path_params["period"]), request.path_params["code"]
    if asking is None or period is None:
        return make_not_found_response(request.locale, request.path)
    asking = resolve_scope(request.source, replace(asking, period=period), code, now=request.now)
    indicator = asking.plan.indicator_by_code.get(code)
    if indicator is None:
        return make_not_found_response(request.locale, request.path)
    title = request.gettext("How is this computed?")
    told = build_explanation(request, asking, indicator, asking.get_figure(code))
    return make_document_response(request, title, [element("H1", title), told])
