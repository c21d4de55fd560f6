"""Parts of one return's page: its facts, its numbers beside the last return's, its thread, its other versions."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from dashboard.access.registry import PageRequest
from dashboard.components.return_state import build_state
from dashboard.components.tables import Cell, build_table, element, number_cell
from dashboard.selection import in_language
from etl.exports.figure_rows import plain_number
from etl.indicators.vocabulary import Basis, Observation
from etl.locale.translations import format_moment, to_say
from etl.queries.one_return import OneReturn, ReturnEvent, SeenNumber, StoredReturn, TypedCell
from etl.wording.effects import exact_words, key_words, said_words
from etl.wording.returns import step_words

_BASES = {
    Basis.QUARTER: to_say("flows of the quarter"),
    Basis.YEAR_TO_DATE: to_say("flows since 1 January"),
}


def return_address(number: int, language: str, more: str = "") -> str:
    """Of a return's page, or of what stands under it."""
    return in_language(f"/staff/returns/{number}{more}", language)


def build_facts(seen: OneReturn, asked: PageRequest) -> Any:
    """State, people, times, file, form."""
    listed = [item for name, fact in _facts(seen, asked) if fact for item in (element("Dt", name), element("Dd", fact))]
    return element("Dl", listed, className="facts")


def _facts(seen: OneReturn, asked: PageRequest) -> Iterator[tuple[str, Any]]:
    say, language, stored = asked.say, asked.language, seen.stored
    late = element("B", f" · {say('late')}") if seen.is_late else None
    yield say("State"), [build_state(stored.state, language), late]
    yield say("Uploaded"), _act(stored.sender, stored.created_at, language)
    if stored.submitted_at is not None:
        yield say("Submitted"), format_moment(stored.submitted_at, language)
    if stored.decided_at is not None:
        yield say("Decided"), _act(stored.approver, stored.decided_at, language)
    size_link = element("A", stored.file_name, href=return_address(stored.id, language, "/file"))
    yield say("File as it came"), size_link
    basis = say(_BASES[stored.basis])
    yield say("Form"), say("of plan version {version}, {basis}", version=stored.plan_version, basis=basis)


def _act(who: str, when: Any, language: str) -> str:
    said = format_moment(when, language)
    return f"{who}, {said}" if who else said


def build_numbers(seen: OneReturn, asked: PageRequest) -> Any:
    """Every number of the form beside the last quarter's and, for a correction, beside the one that stands."""
    say = asked.say
    corrects = seen.standing is not None
    header = [say("Number"), say("This return"), say("Last quarter"), say("Change")]
    header += [say("Approved now")] if corrects else []
    header += [say("Cell"), say("Note")]
    rows = [_number_row(one, seen, asked, corrects=corrects) for one in seen.numbers]
    numeric = range(1, 5 if corrects else 4)
    return build_table(
        say("Every number beside the last return's"),
        header,
        rows,
        numeric=tuple(numeric),
        table_id="numbers",
        stacks=True,
    )


def _number_row(one: SeenNumber, seen: OneReturn, asked: PageRequest, *, corrects: bool) -> list[Cell]:
    language, cell = asked.language, one.cell
    name = [key_words(seen.plans, one.key, language), element("Small", str(one.key))]
    row: list[Cell] = [name, _typed(cell, language), _plain(one.last, language), _change(one, language)]
    if corrects:
        row.append(_typed(one.standing, language))
    return [*row, cell.address if cell else "", cell.note if cell else ""]


def _typed(cell: TypedCell | None, language: str) -> Any:
    said = None if cell is None else Observation(cell.key, cell.value)
    words = said_words(said, language)
    if cell is None or cell.value is None:
        return element("Span", words, className="muted")
    return number_cell(words, plain_number(cell.value))


def _plain(value: Decimal | None, language: str) -> Any:
    return "–" if value is None else number_cell(exact_words(value, language), plain_number(value))


def _change(one: SeenNumber, language: str) -> str:
    if one.cell is None or one.cell.value is None or one.last is None:
        return ""
    by = one.cell.value - one.last
    return f"+{exact_words(by, language)}" if by > 0 else exact_words(by, language)


def build_thread(events: tuple[ReturnEvent, ...], asked: PageRequest) -> Any:
    """Each step of the return's life with who, when and what they said."""
    return element("Ol", [_step(one, asked) for one in events], className="thread")


def _step(event: ReturnEvent, asked: PageRequest) -> Any:
    done = step_words(event.old_state, event.new_state, asked.language)
    head = element("P", [element("B", event.who), f" {done} · {format_moment(event.at, asked.language)}"])
    said = [element("P", line) for line in event.comment.split("\n") if line.strip()]
    return element("Li", [head, element("Blockquote", said) if said else None])


def build_versions(seen: OneReturn, asked: PageRequest) -> Any:
    """The other returns of the site and quarter, which stay readable; nothing where there is none."""
    others = [one for one in seen.versions if one.id != seen.stored.id]
    if not others:
        return None
    title = element("H2", asked.say("Other versions of this return"))
    return element("Section", [title, element("Ul", [_version(one, asked) for one in others], className="versions")])


def _version(one: StoredReturn, asked: PageRequest) -> Any:
    name = asked.say("Return {number}", number=one.id)
    link = element("A", name, href=return_address(one.id, asked.language))
    when = format_moment(one.submitted_at or one.created_at, asked.language)
    return element("Li", [link, " ", build_state(one.state, asked.language), f" · {one.sender}, {when}"])
