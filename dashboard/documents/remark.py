"""The form in which a manager writes a remark on an indicator and quarter."""

from collections.abc import Mapping
from typing import Any

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.components.document import answer_document
from dashboard.components.refusals import answer_unknown
from dashboard.components.tables import element
from dashboard.components.typed_fields import Faults, build_area, build_box, build_line, build_summary
from dashboard.components.uploads import see_other
from dashboard.selection import in_language
from etl.indicators.periods import Quarter, parse_quarter
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import format_moment, format_quarter
from etl.queries.remarks import Remark, remark_versions
from etl.use_cases.reporting.remarks import LONGEST, RemarkError, WrittenRemark, has_begun, write_remark


@registry.route("/staff/remarks/<code>/<quarter>", permission="manage", methods=("GET", "POST"))
def answer_remark(asked: PageRequest) -> ResponseReturnValue:
    """The form with what stands now; sent, the indicator's page, or the form again with every fault."""
    place = _place(asked)
    if place is None:
        return answer_unknown(asked.language, asked.path)
    indicator, quarter = place
    versions = remark_versions(asked.source, indicator.code, quarter)
    newest = versions[0] if versions else None
    if sent.method != "POST":
        return _answer(asked, indicator, quarter, newest, _fields_of(newest), {})
    try:
        write_remark(asked.source.engine, _written(indicator, quarter), who=asked.visitor.name, now=asked.now)
    except RemarkError as error:
        faults = {one.field: asked.say(one.text, most=one.most) for one in reversed(error.faults)}
        return _answer(asked, indicator, quarter, newest, dict(sent.form), faults)
    return see_other(f"{_indicator_address(asked, indicator)}#remarks")


def _place(asked: PageRequest) -> tuple[Indicator, Quarter] | None:
    """What the address names: an indicator of any version, and a quarter of the plan that has begun."""
    snapshot = asked.source.find_snapshot()
    try:
        quarter = parse_quarter(asked.codes["quarter"])
    except ValueError:
        return None
    if snapshot is None or not has_begun(snapshot.plans, quarter, asked.now.date()):
        return None
    for version in reversed(snapshot.plans.versions):
        if asked.codes["code"] in version.plan.indicator_by_code:
            return version.plan.indicator_by_code[asked.codes["code"]], quarter
    return None


def _written(indicator: Indicator, quarter: Quarter) -> WrittenRemark:
    form = sent.form
    seen = form.get("seen", "")
    return WrittenRemark(
        indicator=indicator.code,
        quarter=quarter,
        why=form.get("why", ""),
        agreed=form.get("agreed", ""),
        responsible=form.get("responsible", ""),
        due=form.get("due", ""),
        is_done="is_done" in form,
        is_public="is_public" in form,
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0,
    )


def _fields_of(newest: Remark | None) -> dict[str, str]:
    """What the fields hold before anybody types."""
    if newest is None:
        return {}
    fields = {"why": newest.why, "agreed": newest.agreed, "responsible": newest.responsible}
    fields["due"] = newest.due.isoformat() if newest.due else ""
    boxes = {"is_done": newest.is_done, "is_public": newest.is_public}
    return {**fields, **{name: "yes" for name, checked in boxes.items() if checked}}


def _indicator_address(asked: PageRequest, indicator: Indicator) -> str:
    return in_language(f"/staff/indicator/{indicator.code}", asked.language)


def _answer(
    asked: PageRequest,
    indicator: Indicator,
    quarter: Quarter,
    newest: Remark | None,
    fields: Mapping[str, str],
    faults: Faults,
) -> ResponseReturnValue:
    name = indicator.name.in_language(asked.language)
    title = asked.say("Remark on {quarter}", quarter=format_quarter(quarter, asked.language))
    content = [
        element("P", element("A", name, href=_indicator_address(asked, indicator)), className="crumb"),
        build_summary(faults, asked),
        element("H1", title),
        _standing(asked, newest) if faults else None,
        _form(asked, newest, fields, faults),
    ]
    return answer_document(asked, title, content, 422 if faults else 200)


def _standing(asked: PageRequest, newest: Remark | None) -> Any:
    """After a refusal: what stands now, which may be another's words."""
    if newest is None:
        return None
    when = f"{newest.written_by}, {format_moment(newest.written_at, asked.language)}"
    told = [element("B", asked.say("What stands now ({when}):", when=when)), f" {newest.why} {newest.agreed}"]
    return element("P", told, className="note")


def _form(asked: PageRequest, newest: Remark | None, fields: Mapping[str, str], faults: Faults) -> Any:
    say = asked.say
    return element(
        "Form",
        [
            element("Input", type="hidden", name="seen", value=str(newest.id if newest else 0)),
            build_area(
                say("Why it stands where it stands"), "why", fields.get("why", ""), faults, maxLength=LONGEST["why"]
            ),
            build_area(
                say("What was agreed"),
                "agreed",
                fields.get("agreed", ""),
                faults,
                hint=say("Leave it blank where nothing was agreed."),
                maxLength=LONGEST["agreed"],
            ),
            build_line(
                say("Who does it"),
                "responsible",
                fields.get("responsible", ""),
                faults,
                maxLength=LONGEST["responsible"],
            ),
            build_line(say("By when"), "due", fields.get("due", ""), faults, type="date"),
            build_box(say("It is done"), "is_done", "is_done" in fields),
            build_box(
                say("For the public as well"),
                "is_public",
                "is_public" in fields,
                hint=say("Stands in the next edition, under the indicator."),
            ),
            element("Button", say("Save"), type="submit", className="button"),
        ],
        method="post",
        action=in_language(asked.path, asked.language),
        className="stacked wide-form",
        noValidate=True,
    )
