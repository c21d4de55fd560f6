"""Quarters with their due days and locks; the administrator locks and unlocks them, with a reason."""

from collections.abc import Sequence
from typing import Any

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.components.document import answer_document
from dashboard.components.states import build_no_plan
from dashboard.components.tables import build_table, element
from dashboard.components.typed_fields import build_area
from dashboard.components.upload_form import build_fault
from dashboard.components.uploads import see_other
from dashboard.page_scope import asking_of
from dashboard.selection import in_language
from etl.errors import SaidError
from etl.indicators.periods import Quarter, parse_quarter
from etl.locale.translations import format_day, format_moment, format_quarter, to_say
from etl.queries.asking import Asking
from etl.queries.periods import PlanQuarter, plan_quarters
from etl.use_cases.returns.locks import LONGEST_REASON, lock_quarters
from etl.wording.returns import error_words

PATH = "/admin/periods"

_TOLD = {
    "locked": to_say("Locked. These quarters take no return until they are unlocked."),
    "unlocked": to_say("Unlocked. These quarters take returns again."),
}


@registry.route(PATH, permission="administer", methods=("GET", "POST"))
def answer_periods(asked: PageRequest) -> ResponseReturnValue:
    """The quarters; sent, the same page with what was done, or with what kept it from being done."""
    if sent.method != "POST":
        return _answer(asked, ())
    locked = sent.form.get("act") == "lock"
    try:
        lock_quarters(
            asked.source.engine,
            _chosen(),
            locked=locked,
            who=asked.visitor.name,
            now=asked.now,
            reason=sent.form.get("reason", ""),
        )
    except SaidError as error:
        return _answer(asked, (error_words(error, asked.language),))
    told = "locked" if locked else "unlocked"
    return see_other(f"{in_language(PATH, asked.language)}?told={told}")


def _chosen() -> list[Quarter]:
    """The quarters that the form names; a text that is none is left out."""
    found = []
    for text in sent.form.getlist("quarter"):
        try:
            found.append(parse_quarter(text))
        except ValueError:
            continue
    return found


def _answer(asked: PageRequest, faults: Sequence[str]) -> ResponseReturnValue:
    title = asked.say("Periods")
    asking = asking_of(asked)
    content = build_no_plan(asked.language) if asking is None else _build(asked, asking, title, faults)
    return answer_document(asked, title, content, 422 if faults else 200)


def _build(asked: PageRequest, asking: Asking, title: str, faults: Sequence[str]) -> list[Any]:
    say = asked.say
    told = _TOLD.get(sent.args.get("told", "")) if not faults else None
    return [
        build_fault(faults, asked),
        element("P", say(told), className="done", role="status") if told else None,
        element("H1", title),
        element(
            "P",
            say(
                "A locked quarter takes no return and no approval: its figures stay as they are. Due days come with "
                "the plan."
            ),
            className="sub",
        ),
        _form(asked, plan_quarters(asked.source, asking)),
    ]


def _form(asked: PageRequest, quarters: Sequence[PlanQuarter]) -> Any:
    say = asked.say
    header = (say("Quarter"), say("Choose"), say("Ends"), say("Due"), say("Received"), say("Waiting"), say("Lock"))
    chosen = set(sent.form.getlist("quarter")) if sent.method == "POST" else set()
    rows = [_row(asked, one, is_chosen=str(one.quarter) in chosen) for one in quarters]
    buttons = [
        element("Button", say(words), type="submit", name="act", value=act, className=name)
        for words, act, name in (
            (_LOCK, "lock", "button"),
            (_UNLOCK, "unlock", "button second"),
        )
    ]
    return element(
        "Form",
        [
            build_area(
                say("Reason"),
                "reason",
                sent.form.get("reason", ""),
                {},
                hint=say("Stands in the audit trail."),
                rows=2,
                maxLength=LONGEST_REASON,
            ),
            element("P", buttons, className="buttons"),
            build_table(say("Quarters of the plan"), header, rows, numeric=(4, 5), table_id="periods", stacks=True),
        ],
        method="post",
        action=in_language(PATH, asked.language),
        className="periods",
    )


_LOCK, _UNLOCK = to_say("Lock the chosen quarters"), to_say("Unlock the chosen quarters")


def _row(asked: PageRequest, one: PlanQuarter, *, is_chosen: bool) -> list[Any]:
    say, language = asked.say, asked.language
    name = format_quarter(one.quarter, language)
    box = element(
        "Input",
        type="checkbox",
        name="quarter",
        value=str(one.quarter),
        checked=is_chosen,
        **{"aria-label": say("Choose {quarter}", quarter=name)},
    )
    received = say("{received} of {expected}", received=one.rate.received, expected=one.rate.expected)
    return [
        name,
        box,
        format_day(one.end, language),
        format_day(one.due, language),
        received if one.rate.expected else "–",
        str(one.waiting) if one.waiting else "–",
        _lock(asked, one),
    ]


def _lock(asked: PageRequest, one: PlanQuarter) -> Any:
    """Whether it is locked, and who changed that last and why."""
    state = element("B", asked.say("locked")) if one.is_locked else asked.say("open")
    if one.change is None:
        return state
    told = f"{one.change.who}, {format_moment(one.change.at, asked.language)}: {one.change.why}"
    return [state, element("Small", told)]
