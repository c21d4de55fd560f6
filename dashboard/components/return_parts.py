"""Parts of a return's page: facts, numbers, history and other versions."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from dashboard.access.context import PageContext
from dashboard.components.markup import tags
from dashboard.components.return_state import build_state
from dashboard.components.tables import Cell, build_number_cell, build_table
from dashboard.selection import localize_path
from etl.exports.figure_rows import format_plain_number
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import Basis, Observation
from etl.locale import N_, Locale
from etl.queries.return_details import ReturnCell, ReturnDetails, ReturnEvent, ReturnNumber, StoredReturn
from etl.wording.effects import describe_key, describe_observation, format_exact
from etl.wording.returns import describe_step

_BASES = {
    Basis.QUARTER: N_("flows of the quarter"),
    Basis.YEAR_TO_DATE: N_("flows since 1 January"),
}


def make_return_address(number: int, locale: Locale, suffix: str = "") -> str:
    """Return the address of a return's page, or with a suffix of something below it."""
    return localize_path(f"/staff/returns/{number}{suffix}", locale.language)


def make_typed_address(site: str, quarter: object, locale: Locale, **query: object) -> str:
    """Return the address of the page on which the return of a site and quarter is typed."""
    suffix = f"?{urlencode(query)}" if query else ""
    return localize_path(f"/staff/returns/new/{site}/{quarter}", locale.language) + suffix


def build_facts(details: ReturnDetails, page: PageContext) -> Any:
    """Return state, people, times, file and form as a definition list."""
    items = [item for name, fact in _list_facts(details, page) if fact for item in (tags.Dt(name), tags.Dd(fact))]
    return tags.Dl(items, className="facts")


def _list_facts(details: ReturnDetails, page: PageContext) -> Iterator[tuple[str, Any]]:
    _, locale, return_ = page.gettext, page.locale, details.stored_return
    late_mark = tags.B(f" · {_('late')}") if details.is_late else None
    yield _("State"), [build_state(return_.state, locale), late_mark]
    uploaded = _("Typed on the page") if details.typed is not None else _("Uploaded")
    yield uploaded, _describe_actor_and_time(return_.sender, return_.created_at, locale)
    if details.typed is not None and details.typed.base_return is not None:
        base = details.typed.base_return
        link = tags.A(_("return {number}", number=base), href=make_return_address(base, locale))
        yield _("Carries over"), [link, f" · {_('Changed numbers: {count}', count=len(details.typed.changed_keys))}"]
    if return_.submitted_at is not None:
        yield _("Submitted"), locale.format_moment(return_.submitted_at)
    if return_.decided_at is not None:
        yield _("Reviewed"), _describe_actor_and_time(return_.approver, return_.decided_at, locale)
    file_link = tags.A(return_.file_name, href=make_return_address(return_.id, locale, "/file"))
    yield (_("As an Excel form") if details.typed is not None else _("Original file")), file_link
    basis = _(_BASES[return_.basis])
    yield _("Form"), _("plan version {version}, {basis}", version=return_.plan_version, basis=basis)


def _describe_actor_and_time(actor: str, moment: Any, locale: Locale) -> str:
    time = locale.format_moment(moment)
    return f"{actor}, {time}" if actor else time


def build_numbers(details: ReturnDetails, page: PageContext) -> Any:
    """Return every number beside the last quarter's, and in a correction beside the approved one."""
    _ = page.gettext
    is_correction = details.corrected_return is not None
    header = [_("Number"), _("This return"), _("Last quarter"), _("Change")]
    header += [_("Currently approved")] if is_correction else []
    header += [_("Cell"), _("Note")]
    rows = [_build_number_row(number, details, page, is_correction=is_correction) for number in details.numbers]
    numeric = range(1, 5 if is_correction else 4)
    return build_table(
        _("Numbers compared with the last return"),
        header,
        rows,
        numeric=tuple(numeric),
        table_id="numbers",
        stacks=True,
    )


def _build_number_row(
    number: ReturnNumber, details: ReturnDetails, page: PageContext, *, is_correction: bool
) -> list[Cell]:
    locale, cell = page.locale, number.cell
    name = [describe_key(details.plans, number.key, locale), tags.Small(str(number.key))]
    row: list[Cell] = [
        name,
        _build_own_number(number, details, locale),
        _build_plain_number(number, details.plans, locale),
        _describe_change(number, details.plans, locale),
    ]
    if is_correction:
        row.append(_build_typed_number(number.approved_cell, details.plans, locale))
    return [*row, cell.address if cell else "", cell.note if cell else ""]


def _build_own_number(number: ReturnNumber, details: ReturnDetails, locale: Locale) -> Any:
    """Return the number of this return; what was entered instead where it was refused."""
    entry = details.rejected_entries.get(number.key)
    if number.cell is not None or entry is None:
        return _build_typed_number(number.cell, details.plans, locale)
    return tags.Span(locale.gettext("{entry} (refused)", entry=entry), className="muted")


def _build_typed_number(cell: ReturnCell | None, plans: Plans, locale: Locale) -> Any:
    observation = None if cell is None else Observation(cell.key, cell.value)
    text = describe_observation(observation, plans, locale)
    if cell is None or cell.value is None:
        return tags.Span(text, className="muted")
    return build_number_cell(text, format_plain_number(cell.value))


def _build_plain_number(number: ReturnNumber, plans: Plans, locale: Locale) -> Any:
    value = number.previous_value
    if value is None:
        return "–"
    text = describe_observation(Observation(number.key, value), plans, locale)
    return build_number_cell(text, format_plain_number(value))


def _describe_change(number: ReturnNumber, plans: Plans, locale: Locale) -> str:
    plan = plans.find_plan_with_indicator(number.key.indicator)
    is_stage = plan is not None and plan.indicator_by_code[number.key.indicator].is_stage
    if is_stage or number.cell is None or number.cell.value is None or number.previous_value is None:
        return ""
    difference = number.cell.value - number.previous_value
    return f"+{format_exact(difference, locale)}" if difference > 0 else format_exact(difference, locale)


def build_thread(events: tuple[ReturnEvent, ...], page: PageContext) -> Any:
    """Return each step of the return with actor, time and comment."""
    return tags.Ol([_build_step(event, page) for event in events], className="thread")


def _build_step(event: ReturnEvent, page: PageContext) -> Any:
    action = describe_step(event.old_state, event.new_state, page.locale)
    head = tags.P([tags.B(event.actor), f" {action} · {page.locale.format_moment(event.at)}"])
    paragraphs = [tags.P(line) for line in event.comment.split("\n") if line.strip()]
    return tags.Li([head, tags.Blockquote(paragraphs) if paragraphs else None])


def build_versions(details: ReturnDetails, page: PageContext) -> Any:
    """Return links to the other returns of the site and quarter; None without others."""
    other_versions = [version for version in details.versions if version.id != details.stored_return.id]
    if not other_versions:
        return None
    title = tags.H2(page.gettext("Other versions of this return"))
    return tags.Section(
        [
            title,
            tags.Ul([_build_version(version, page) for version in other_versions], className="versions"),
        ],
    )


def _build_version(version: StoredReturn, page: PageContext) -> Any:
    name = page.gettext("Return {number}", number=version.id)
    link = tags.A(name, href=make_return_address(version.id, page.locale))
    when = page.locale.format_moment(version.submitted_at or version.created_at)
    return tags.Li([link, " ", build_state(version.state, page.locale), f" · {version.sender}, {when}"])
