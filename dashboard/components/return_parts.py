"""Parts of one return's page: its facts, its numbers beside the last return's, its thread, its other versions."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.return_state import build_state
from dashboard.components.tables import Cell, build_table, element, number_cell
from dashboard.selection import localize_path
from etl.exports.figure_rows import format_plain_number
from etl.indicators.vocabulary import Basis, Observation
from etl.locale import N_, Locale
from etl.queries.return_details import ReturnCell, ReturnDetails, ReturnEvent, ReturnNumber, StoredReturn
from etl.wording.effects import describe_key, describe_observation, format_exact
from etl.wording.returns import describe_step

_BASES = {
    Basis.QUARTER: N_("flows of the quarter"),
    Basis.YEAR_TO_DATE: N_("flows since 1 January"),
}


def return_address(number: int, locale: Locale, suffix: str = "") -> str:
    """Of a return's page, or of what stands under it."""
    return localize_path(f"/staff/returns/{number}{suffix}", locale.language)


def build_facts(details: ReturnDetails, asked: PageContext) -> Any:
    """State, people, times, file, form."""
    listed = [
        item for name, fact in _facts(details, asked) if fact for item in (element("Dt", name), element("Dd", fact))
    ]
    return element("Dl", listed, className="facts")


def _facts(seen: ReturnDetails, asked: PageContext) -> Iterator[tuple[str, Any]]:
    _, locale, stored = asked.gettext, asked.locale, seen.stored_return
    late = element("B", f" · {_('late')}") if seen.is_late else None
    yield _("State"), [build_state(stored.state, locale), late]
    yield _("Uploaded"), _act(stored.sender, stored.created_at, locale)
    if stored.submitted_at is not None:
        yield _("Submitted"), locale.format_moment(stored.submitted_at)
    if stored.decided_at is not None:
        yield _("Decided"), _act(stored.approver, stored.decided_at, locale)
    size_link = element("A", stored.file_name, href=return_address(stored.id, locale, "/file"))
    yield _("File as it came"), size_link
    basis = _(_BASES[stored.basis])
    yield _("Form"), _("of plan version {version}, {basis}", version=stored.plan_version, basis=basis)


def _act(who: str, when: Any, locale: Locale) -> str:
    said = locale.format_moment(when)
    return f"{who}, {said}" if who else said


def build_numbers(details: ReturnDetails, asked: PageContext) -> Any:
    """Every number of the form beside the last quarter's and, for a correction, beside the one that stands."""
    _ = asked.gettext
    corrects = details.corrected_return is not None
    header = [_("Number"), _("This return"), _("Last quarter"), _("Change")]
    header += [_("Approved now")] if corrects else []
    header += [_("Cell"), _("Note")]
    rows = [_number_row(one, details, asked, corrects=corrects) for one in details.numbers]
    numeric = range(1, 5 if corrects else 4)
    return build_table(
        _("Every number beside the last return's"),
        header,
        rows,
        numeric=tuple(numeric),
        table_id="numbers",
        stacks=True,
    )


def _number_row(one: ReturnNumber, seen: ReturnDetails, asked: PageContext, *, corrects: bool) -> list[Cell]:
    locale, cell = asked.locale, one.cell
    name = [describe_key(seen.plans, one.key, locale), element("Small", str(one.key))]
    row: list[Cell] = [name, _typed(cell, locale), _plain(one.previous_value, locale), _change(one, locale)]
    if corrects:
        row.append(_typed(one.approved_cell, locale))
    return [*row, cell.address if cell else "", cell.note if cell else ""]


def _typed(cell: ReturnCell | None, locale: Locale) -> Any:
    said = None if cell is None else Observation(cell.key, cell.value)
    words = describe_observation(said, locale)
    if cell is None or cell.value is None:
        return element("Span", words, className="muted")
    return number_cell(words, format_plain_number(cell.value))


def _plain(value: Decimal | None, locale: Locale) -> Any:
    return "–" if value is None else number_cell(format_exact(value, locale), format_plain_number(value))


def _change(one: ReturnNumber, locale: Locale) -> str:
    if one.cell is None or one.cell.value is None or one.previous_value is None:
        return ""
    by = one.cell.value - one.previous_value
    return f"+{format_exact(by, locale)}" if by > 0 else format_exact(by, locale)


def build_thread(events: tuple[ReturnEvent, ...], asked: PageContext) -> Any:
    """Each step of the return's life with who, when and what they said."""
    return element("Ol", [_step(one, asked) for one in events], className="thread")


def _step(event: ReturnEvent, asked: PageContext) -> Any:
    done = describe_step(event.old_state, event.new_state, asked.locale)
    head = element("P", [element("B", event.actor), f" {done} · {asked.locale.format_moment(event.at)}"])
    said = [element("P", line) for line in event.comment.split("\n") if line.strip()]
    return element("Li", [head, element("Blockquote", said) if said else None])


def build_versions(details: ReturnDetails, asked: PageContext) -> Any:
    """The other returns of the site and quarter, which stay readable; nothing where there is none."""
    others = [one for one in details.versions if one.id != details.stored_return.id]
    if not others:
        return None
    title = element("H2", asked.gettext("Other versions of this return"))
    return element("Section", [title, element("Ul", [_version(one, asked) for one in others], className="versions")])


def _version(one: StoredReturn, asked: PageContext) -> Any:
    name = asked.gettext("Return {number}", number=one.id)
    link = element("A", name, href=return_address(one.id, asked.locale))
    when = asked.locale.format_moment(one.submitted_at or one.created_at)
    return element("Li", [link, " ", build_state(one.state, asked.locale), f" · {one.sender}, {when}"])
