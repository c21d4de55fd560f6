"""The explanation of one percentage, as a document of its own."""

from dataclasses import replace

from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.explanation_parts import EXPLANATION_PATH, build_explanation
from dashboard.components.markup import tags
from dashboard.components.pagination import read_query_value
from dashboard.page_scope import make_scope
from etl.indicators.part_targets import find_part
from etl.indicators.periods import find_period
from etl.queries.retired_codes import resolve_scope


@registry.route(f"{EXPLANATION_PATH}/<code>/<period>", permission="staff")
def show_explanation(page: PageContext) -> ResponseReturnValue:
    """Show how a percentage of the selection is calculated; 404 for an unknown indicator, part or period."""
    scope, period, code = make_scope(page), find_period(page.path_params["period"]), page.path_params["code"]
    if scope is None or period is None:
        return make_not_found_response(page.locale, page.path)
    scope = resolve_scope(page.source, replace(scope, period=period), code, now=page.now)
    indicator = scope.plan.indicator_by_code.get(code)
    if indicator is None:
        return make_not_found_response(page.locale, page.path)
    part = read_query_value(page, "part")
    if part and find_part(scope.plan, code, part) is None:
        return make_not_found_response(page.locale, page.path)
    title = page.gettext("How is this calculated?")
    explanation = build_explanation(page, scope, indicator, scope.get_figure(code, part=part))
    return make_document_response(page, title, [tags.H1(title), explanation])
