"""The form in which a manager writes a remark on an indicator and quarter."""

from collections.abc import Mapping
from typing import Any

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.tables import element
from dashboard.components.uploads import redirect_after_post
from dashboard.components.validated_fields import (
    Faults,
    build_checkbox,
    build_error_summary,
    build_text_area,
    build_text_input,
)
from dashboard.selection import localize_path
from etl.indicators.periods import Quarter, parse_quarter
from etl.indicators.vocabulary import Indicator
from etl.queries.remarks import Remark, list_remark_versions
from etl.use_cases.reporting.remarks import MAX_LENGTHS, RemarkError, RemarkInput, has_quarter_begun, write_remark


@registry.route("/staff/remarks/<code>/<quarter>", permission="manage", methods=("GET", "POST"))
def handle_remark(asked: PageContext) -> ResponseReturnValue:
    """The form with what stands now; sent, the indicator's page, or the form again with every fault."""
    place = _place(asked)
    if place is None:
        return make_not_found_response(asked.locale, asked.path)
    indicator, quarter = place
    versions = list_remark_versions(asked.source, indicator.code, quarter)
    newest = versions[0] if versions else None
    if sent.method != "POST":
        return _answer(asked, indicator, quarter, newest, _fields_of(newest), {})
    try:
        write_remark(asked.source.engine, _written(indicator, quarter), actor=asked.visitor.name, now=asked.now)
    except RemarkError as error:
        faults = {one.field: asked.gettext(one.text, most=one.max_length) for one in reversed(error.faults)}
        return _answer(asked, indicator, quarter, newest, dict(sent.form), faults)
    return redirect_after_post(f"{_indicator_address(asked, indicator)}#remarks")


def _place(asked: PageContext) -> tuple[Indicator, Quarter] | None:
    """What the address names: an indicator of any version, and a quarter of the plan that has begun."""
    snapshot = asked.source.find_snapshot()
    try:
        quarter = parse_quarter(asked.path_params["quarter"])
    except ValueError:
        return None
    if snapshot is None or not has_quarter_begun(snapshot.plans, quarter, asked.now.date()):
        return None
    for version in reversed(snapshot.plans.versions):
        if asked.path_params["code"] in version.plan.indicator_by_code:
            return version.plan.indicator_by_code[asked.path_params["code"]], quarter
    return None


def _written(indicator: Indicator, quarter: Quarter) -> RemarkInput:
    form = sent.form
    seen = form.get("seen", "")
    return RemarkInput(
        indicator=indicator.code,
        quarter=quarter,
        reason=form.get("why", ""),
        agreed_action=form.get("agreed", ""),
        responsible=form.get("responsible", ""),
        due=form.get("due", ""),
        is_done="is_done" in form,
        is_public="is_public" in form,
        expected_version=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0,
    )


def _fields_of(newest: Remark | None) -> dict[str, str]:
    """What the fields hold before anybody types."""
    if newest is None:
        return {}
    fields = {"why": newest.reason, "agreed": newest.agreed_action, "responsible": newest.responsible}
    fields["due"] = newest.due.isoformat() if newest.due else ""
    boxes = {"is_done": newest.is_done, "is_public": newest.is_public}
    return {**fields, **{name: "yes" for name, checked in boxes.items() if checked}}


def _indicator_address(asked: PageContext, indicator: Indicator) -> str:
    return localize_path(f"/staff/indicator/{indicator.code}", asked.language)


def _answer(
    asked: PageContext,
    indicator: Indicator,
    quarter: Quarter,
    newest: Remark | None,
    fields: Mapping[str, str],
    faults: Faults,
) -> ResponseReturnValue:
    name = indicator.name.in_language(asked.language)
    title = asked.gettext("Remark on {quarter}", quarter=asked.locale.format_quarter(quarter))
    content = [
        element("P", element("A", name, href=_indicator_address(asked, indicator)), className="crumb"),
        build_error_summary(faults, asked),
        element("H1", title),
        _standing(asked, newest) if faults else None,
        _form(asked, newest, fields, faults),
    ]
    return make_document_response(asked, title, content, 422 if faults else 200)


def _standing(asked: PageContext, newest: Remark | None) -> Any:
    """After a refusal: what stands now, which may be another's words."""
    if newest is None:
        return None
    when = f"{newest.written_by}, {asked.locale.format_moment(newest.written_at)}"
    told = [
        element("B", asked.gettext("What stands now ({when}):", when=when)),
        f" {newest.reason} {newest.agreed_action}",
    ]
    return element("P", told, className="note")


def _form(asked: PageContext, newest: Remark | None, fields: Mapping[str, str], faults: Faults) -> Any:
    _ = asked.gettext
    return element(
        "Form",
        [
            element("Input", type="hidden", name="seen", value=str(newest.id if newest else 0)),
            build_text_area(
                _("Why it stands where it stands"), "why", fields.get("why", ""), faults, maxLength=MAX_LENGTHS["why"]
            ),
            build_text_area(
                _("What was agreed"),
                "agreed",
                fields.get("agreed", ""),
                faults,
                hint=_("Leave it blank where nothing was agreed."),
                maxLength=MAX_LENGTHS["agreed"],
            ),
            build_text_input(
                _("Who does it"),
                "responsible",
                fields.get("responsible", ""),
                faults,
                maxLength=MAX_LENGTHS["responsible"],
            ),
            build_text_input(_("By when"), "due", fields.get("due", ""), faults, type="date"),
            build_checkbox(_("It is done"), "is_done", "is_done" in fields),
            build_checkbox(
                _("For the public as well"),
                "is_public",
                "is_public" in fields,
                hint=_("Stands in the next edition, under the indicator."),
            ),
            element("Button", _("Save"), type="submit", className="button"),
        ],
        method="post",
        action=localize_path(asked.path, asked.language),
        className="stacked wide-form",
        noValidate=True,
    )
