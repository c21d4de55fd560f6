"""The form for a remark on an indicator and quarter."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.forms import Errors, build_checkbox, build_error_summary, build_text_field
from dashboard.components.markup import tags
from dashboard.components.uploads import redirect_after_post
from dashboard.selection import localize_path
from etl.indicators.periods import Quarter, parse_quarter
from etl.indicators.vocabulary import Indicator
from etl.queries.remarks import Remark, list_remark_versions
from etl.use_cases.reporting.remarks import MAX_LENGTHS, RemarkError, RemarkInput, has_quarter_begun, write_remark


@registry.route("/staff/remarks/<code>/<quarter>", permission="manage", methods=("GET", "POST"))
def handle_remark(page: PageContext) -> ResponseReturnValue:
    """Show the form; after a POST, save and redirect to the indicator, or show the form with its errors."""
    subject = _find_indicator_and_quarter(page)
    if subject is None:
        return make_not_found_response(page.locale, page.path)
    indicator, quarter = subject
    versions = list_remark_versions(page.source, indicator.code, quarter)
    newest = versions[0] if versions else None
    if request.method != "POST":
        return _render(page, indicator, quarter, newest, _fill_fields(newest), {})
    try:
        write_remark(page.source.engine, _read_form(indicator, quarter), actor=page.visitor.name, now=page.now)
    except RemarkError as error:
        messages = {item.field: page.gettext(item.text, **item.parameters) for item in reversed(error.errors)}
        return _render(page, indicator, quarter, newest, dict(request.form), messages)
    return redirect_after_post(f"{_make_indicator_address(page, indicator)}#remarks")


def _find_indicator_and_quarter(page: PageContext) -> tuple[Indicator, Quarter] | None:
    """Find the indicator in any plan version; None for it or for a quarter that has not begun."""
    snapshot = page.source.find_snapshot()
    try:
        quarter = parse_quarter(page.path_params["quarter"])
    except ValueError:
        return None
    if snapshot is None or not has_quarter_begun(snapshot.plans, quarter, page.now.date()):
        return None
    for version in reversed(snapshot.plans.versions):
        if page.path_params["code"] in version.plan.indicator_by_code:
            return version.plan.indicator_by_code[page.path_params["code"]], quarter
    return None


def _read_form(indicator: Indicator, quarter: Quarter) -> RemarkInput:
    form = request.form
    version = form.get("seen", "")
    return RemarkInput(
        indicator=indicator.code,
        quarter=quarter,
        reason=form.get("why", ""),
        agreed_action=form.get("agreed", ""),
        responsible=form.get("responsible", ""),
        due=form.get("due", ""),
        is_done="is_done" in form,
        is_public="is_public" in form,
        expected_version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
    )


def _fill_fields(newest: Remark | None) -> dict[str, str]:
    """Return the initial values of the fields."""
    if newest is None:
        return {}
    fields = {"why": newest.reason, "agreed": newest.agreed_action, "responsible": newest.responsible}
    fields["due"] = newest.due.isoformat() if newest.due else ""
    boxes = {"is_done": newest.is_done, "is_public": newest.is_public}
    return {**fields, **{name: "yes" for name, is_checked in boxes.items() if is_checked}}


def _make_indicator_address(page: PageContext, indicator: Indicator) -> str:
    return localize_path(f"/staff/indicator/{indicator.code}", page.language)


def _render(
    page: PageContext,
    indicator: Indicator,
    quarter: Quarter,
    newest: Remark | None,
    fields: Mapping[str, str],
    errors: Errors,
) -> ResponseReturnValue:
    name = indicator.name.get_text(page.language)
    title = page.gettext("Remark on {quarter}", quarter=page.locale.format_quarter(quarter))
    content = [
        tags.P(tags.A(name, href=_make_indicator_address(page, indicator)), className="crumb"),
        build_error_summary(errors, page),
        tags.H1(title),
        _build_current_remark(page, newest) if errors else None,
        _build_form(page, newest, fields, errors),
    ]
    return make_document_response(page, title, content, 422 if errors else 200)


def _build_current_remark(page: PageContext, newest: Remark | None) -> Any:
    """Return the current remark, which another person may have saved meanwhile."""
    if newest is None:
        return None
    when = f"{newest.written_by}, {page.locale.format_moment(newest.written_at)}"
    content = [
        tags.B(page.gettext("Current remark ({when}):", when=when)),
        f" {newest.reason} {newest.agreed_action}",
    ]
    return tags.P(content, className="note")


def _build_form(page: PageContext, newest: Remark | None, fields: Mapping[str, str], errors: Errors) -> Any:
    _ = page.gettext

    def build_field(label: str, name: str, **options: Any) -> Any:
        value, error, limit = fields.get(name, ""), errors.get(name, ""), MAX_LENGTHS.get(name)
        return build_text_field(label, name, value=value, error=error, maxLength=limit, **options)

    return tags.Form(
        [
            tags.Input(type="hidden", name="seen", value=str(newest.id if newest else 0)),
            build_field(_("Reasons for this result"), "why", lines=3),
            build_field(_("Agreed action"), "agreed", lines=3, hint=_("Leave blank if no action was agreed.")),
            build_field(_("Person responsible"), "responsible"),
            build_field(_("Due date"), "due", type="date"),
            build_checkbox(_("Completed"), "is_done", "yes", "is_done" in fields),
            build_checkbox(
                _("Include in the public edition"),
                "is_public",
                "yes",
                "is_public" in fields,
                hint=_("Shown under the indicator in the next edition."),
            ),
            tags.Button(_("Save"), type="submit", className="button"),
        ],
        method="post",
        action=localize_path(page.path, page.language),
        className="stacked wide-form",
        noValidate=True,
    )
