"""Approving several returns at once: those that wait, each with what is worth knowing, to be chosen and approved."""

from collections.abc import Sequence
from typing import Any

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.components.document import answer_document
from dashboard.components.pagination import build_pager, page_address, turn
from dashboard.components.return_parts import return_address
from dashboard.components.states import build_no_plan
from dashboard.components.tables import Cell, build_table, element
from dashboard.components.upload_form import build_fault
from dashboard.selection import in_language
from etl.indicators.vocabulary import ReturnState
from etl.locale.translations import format_moment, format_quarter, to_say
from etl.queries.waiting_returns import WaitingReturn, WaitingReturns, waiting_returns
from etl.use_cases.returns.review import Decided, Seen, approve_returns
from etl.wording.returns import error_words

APPROVE = "/staff/approve"
_TITLE = to_say("Returns that wait for approval")
_MOST = 500
_ON_A_PAGE = 100


@registry.route(APPROVE, permission="manage", methods=("GET", "POST"))
def answer_approve(asked: PageRequest) -> ResponseReturnValue:
    """The list; sent, what became of each chosen return, and what still waits."""
    if asked.source.find_snapshot() is None:
        return answer_document(asked, asked.say(_TITLE), build_no_plan(asked.language))
    if sent.method != "POST":
        return _page(asked, ())
    chosen = [seen for text in sent.form.getlist("chosen")[:_MOST] if (seen := _seen(text)) is not None]
    return _page(asked, approve_returns(asked.source.engine, chosen, who=asked.visitor.name, now=asked.now))


def _seen(text: str) -> Seen | None:
    """A return and the state in which it stood on the page; None for anything else."""
    number, _, state = text.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        return None
    try:
        return Seen(int(number), ReturnState(state))
    except ValueError:
        return None


def _page(asked: PageRequest, decided: Sequence[Decided]) -> ResponseReturnValue:
    say, waiting = asked.say, waiting_returns(asked.source, who=asked.visitor.name)
    faults = [error_words(one.fault, asked.language) for one in decided if one.fault is not None]
    done = len(decided) - len(faults)
    told = element("P", say("Approved: {count}", count=done), className="done", role="status") if done else None
    others = say("{count} more wait for another manager, since you sent them.", count=waiting.of_others)
    content = [
        element(
            "P", element("A", say("Returns"), href=in_language("/staff/returns", asked.language)), className="crumb"
        ),
        build_fault(faults, asked),
        told,
        element("H1", say(_TITLE)),
        _form(waiting, asked) if waiting.returns else element("P", say("Nothing waits for you.")),
        element("P", others, className="muted") if waiting.of_others else None,
    ]
    return answer_document(asked, say(_TITLE), content, 409 if faults else 200)


def _form(waiting: WaitingReturns, asked: PageRequest) -> Any:
    say = asked.say
    header = (say("Return"), say("Sent by"), say("Warnings"), say("Evidence"), say("Corrects"), say("Choose"))
    turned = turn(waiting.returns, asked, most=_ON_A_PAGE)
    rows = [_row(one, waiting, asked) for one in turned.shown]
    table = build_table(say(_TITLE), header, rows, numeric=(2, 3), table_id="waiting", stacks=True)
    button = element("Button", say("Approve those chosen"), type="submit", className="button")
    can_any = any(not one.is_locked for one in turned.shown)
    content = [table, button if can_any else None]
    form = element("Form", content, action=page_address(asked, turned.page), method="post", className="act")
    return element("Div", [build_pager(turned, asked), form]) if turned.pages > 1 else form


def _row(one: WaitingReturn, waiting: WaitingReturns, asked: PageRequest) -> list[Cell]:
    say, language, stored = asked.say, asked.language, one.stored
    site = waiting.plans.latest.site_by_code.get(stored.site)
    name = f"{site.name.in_language(language) if site else stored.site}, {format_quarter(stored.quarter, language)}"
    late = element("B", f" · {say('late')}") if one.is_late else None
    when = format_moment(stored.submitted_at or stored.created_at, language)
    box_id = f"chosen-{stored.id}"
    box = element("Input", type="checkbox", name="chosen", value=f"{stored.id}:{stored.state.value}", id=box_id)
    label = element("Label", say("approve {name}", name=name), htmlFor=box_id, className="vh")
    return [
        [element("A", name, href=return_address(stored.id, language)), late],
        f"{stored.sender}, {when}",
        str(one.warnings),
        str(one.evidence),
        say("return {number}", number=one.corrects) if one.corrects else "",
        say("locked: an administrator can unlock it") if one.is_locked else [box, label],
    ]
