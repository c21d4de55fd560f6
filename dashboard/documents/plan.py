"""The plan's versions; the administrator sends a revised workbook, sees every fault or change, and loads it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.components.document import answer_document
from dashboard.components.download import XLSX, answer_download
from dashboard.components.plan_parts import build_changes, build_faults, build_upload, build_versions
from dashboard.components.refusals import answer_unknown
from dashboard.components.tables import element
from dashboard.components.typed_fields import Faults, build_area, build_line, build_summary
from dashboard.components.uploads import see_other
from dashboard.selection import in_language
from etl.errors import SaidError
from etl.exports.plan_file import plan_workbook
from etl.locale.translations import format_day, to_say
from etl.queries.plan_versions import plan_versions
from etl.use_cases.plans.load_plan import (
    LONGEST_REASON,
    LoadedPlan,
    Loading,
    keep_plan_workbook,
    load_kept_plan,
    preview_plan,
)
from etl.wording.returns import error_words

PATH = "/admin/plan"
LARGEST_PLAN = 21 * 1024 * 1024
"""A little more than the reader of plans takes, so that it can say so itself."""

_TOLD = {
    "loaded": to_say("Loaded. Every figure is judged anew."),
    "nothing": to_say("Nothing new: this is the present plan."),
}


@registry.route(PATH, permission="administer", methods=("GET", "POST"), largest=LARGEST_PLAN)
def answer_plan(asked: PageRequest) -> ResponseReturnValue:
    """The versions and the form; a workbook that is sent is kept and shown with its faults or changes."""
    if sent.method != "POST":
        return _answer_versions(asked, {})
    file = sent.files.get("file")
    data = file.read() if file else b""
    if file is None or not data:
        return _answer_versions(asked, {"file": asked.say("Choose a file first.")})
    name = (file.filename or "plan.xlsx").replace("\\", "/").rpartition("/")[2][:120]
    sha256 = keep_plan_workbook(asked.source.engine, name, data, who=asked.visitor.name, now=asked.now)
    return see_other(in_language(f"{PATH}/files/{sha256}", asked.language))


@registry.route(f"{PATH}/versions/<number>", permission="administer")
def answer_version(asked: PageRequest) -> ResponseReturnValue:
    """One version as a workbook."""
    snapshot = asked.source.find_snapshot()
    for one in snapshot.plans.versions if snapshot else ():
        if str(one.number) == asked.codes["number"]:
            return answer_download(plan_workbook(one.plan), f"plan-v{one.number}.xlsx", XLSX)
    return answer_unknown(asked.language, asked.path)


@registry.route(f"{PATH}/files/<sha256>", permission="administer", methods=("GET", "POST"))
def answer_file(asked: PageRequest) -> ResponseReturnValue:
    """A kept workbook with its faults or its changes; sent, it is loaded."""
    faults: Faults = {}
    effective = _day(sent.form.get("effective", ""))
    if sent.method == "POST":
        if sent.form.get("effective", "").strip() and effective is None:
            faults = {"effective": asked.say("Write the day as 2026-12-31")}
        else:
            loaded = _load(asked, effective)
            if isinstance(loaded, LoadedPlan) and (loaded.version or not loaded.faults):
                told = "loaded" if loaded.is_new else "nothing"
                return see_other(f"{in_language(PATH, asked.language)}?told={told}")
            faults = {} if isinstance(loaded, LoadedPlan) else {"reason": loaded}
    try:
        found = preview_plan(asked.source.engine, asked.codes["sha256"], who=asked.visitor.name, now=asked.now)
    except SaidError:
        return answer_unknown(asked.language, asked.path)
    return _answer_preview(asked, found, faults)


def _load(asked: PageRequest, effective: date | None) -> LoadedPlan | str:
    """What came of loading, or the sentence that kept it from being done."""
    seen = sent.form.get("seen", "")
    loading = Loading(
        who=asked.visitor.name,
        now=asked.now,
        effective=effective,
        reason=sent.form.get("reason", ""),
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1,
    )
    try:
        return load_kept_plan(asked.source.engine, asked.codes["sha256"], loading)
    except SaidError as error:
        return error_words(error, asked.language)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _answer_versions(asked: PageRequest, faults: Faults) -> ResponseReturnValue:
    say = asked.say
    told = _TOLD.get(sent.args.get("told", "")) if not faults else None
    content = [
        build_summary(faults, asked),
        element("P", say(told), className="done", role="status") if told else None,
        element("H1", say("Plan")),
        element(
            "P",
            say(
                "Download the present plan, change it in Excel, and send it here. Indicators, targets and sites come "
                "with it. Nothing changes before you have seen what would."
            ),
            className="sub",
        ),
        build_upload(asked, faults, PATH),
        build_versions(asked, plan_versions(asked.source), PATH),
    ]
    return answer_document(asked, say("Plan"), content, 422 if faults else 200)


def _answer_preview(asked: PageRequest, found: LoadedPlan, faults: Faults) -> ResponseReturnValue:
    say = asked.say
    back = element("P", element("A", say("Plan"), href=in_language(PATH, asked.language)), className="crumb")
    errors = [one for one in found.faults if one.severity == "error"]
    title = say("What this plan would change")
    if errors:
        title = say("This plan has {count} errors and was not loaded", count=len(errors))
    elif not found.is_new:
        title = say("Nothing new: this is the present plan.")
    parts: Sequence[Any] = [build_faults(asked, found.faults)]
    if found.is_new:
        parts = [*parts, _form(asked, found, faults), build_changes(asked, found.changes)]
    content = [back, build_summary(faults, asked), element("H1", title), *parts]
    return answer_document(asked, title, content, 422 if faults else 200)


def _form(asked: PageRequest, found: LoadedPlan, faults: Faults) -> Any:
    say = asked.say
    snapshot = asked.source.find_snapshot()
    seen = snapshot.plans.versions[-1].number if snapshot else 0
    usual = format_day(found.effective, asked.language) if found.effective else ""
    kind = say("Its indicators are provisional.") if found.is_provisional else say("It is an official plan.")
    return element(
        "Form",
        [
            element("P", kind),
            element("Input", type="hidden", name="seen", value=str(seen)),
            build_area(
                say("Reason"),
                "reason",
                sent.form.get("reason", ""),
                faults,
                hint=say("Stands beside the version and in the audit trail."),
                maxLength=LONGEST_REASON,
            ),
            build_line(
                say("In force from"),
                "effective",
                sent.form.get("effective", ""),
                faults,
                hint=say("Leave it blank for {day}. A quarter's end on or after this day is judged by it.", day=usual),
                type="date",
            ),
            element("Button", say("Load this plan"), type="submit", className="button"),
        ],
        method="post",
        action=in_language(asked.path, asked.language),
        className="stacked wide-form",
        noValidate=True,
    )
