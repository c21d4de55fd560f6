"""How one percentage came about, as a small document of its own: opened beside a table that has no room to tell it."""

from dataclasses import replace

from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.components.document import answer_document
from dashboard.components.explanation_parts import PATH, build_why
from dashboard.components.refusals import answer_unknown
from dashboard.components.tables import element
from dashboard.page_scope import asking_of
from etl.indicators.periods import find_period
from etl.queries.closed_codes import as_it_stood


@registry.route(f"{PATH}/<code>/<period>", permission="staff")
def answer_why(request: PageRequest) -> ResponseReturnValue:
    """The percentage of one indicator and period for the choice in the address."""
    asking, period, code = asking_of(request), find_period(request.codes["period"]), request.codes["code"]
    if asking is None or period is None:
        return answer_unknown(request.language, request.path)
    asking = as_it_stood(request.source, replace(asking, period=period), code, now=request.now)
    indicator = asking.plan.indicator_by_code.get(code)
    if indicator is None:
        return answer_unknown(request.language, request.path)
    title = request.say("How is this computed?")
    told = build_why(request, asking, indicator, asking.figure(code))
    return answer_document(request, title, [element("H1", title), told])
