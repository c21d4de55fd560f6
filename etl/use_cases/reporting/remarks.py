"""Save remarks on an indicator in a quarter: the explanation of its result and the agreed action."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from etl.database.connection import Connection, Engine, writing
from etl.database.read.plans import read_plans
from etl.database.read.remarks import read_remark_versions
from etl.database.read.users import find_user
from etl.database.records import AuditEvent, Remark
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import increment_data_version
from etl.database.write.remarks import insert_remark
from etl.errors import FieldError, InputError
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import Role
from etl.locale import N_

MAX_LENGTHS = {"why": 2000, "agreed": 1000, "responsible": 200}
"""The maximum number of characters of each text field of the form."""

_TOO_LONG = N_("Shorten this to {most} characters")
_NO_DATE = N_("Enter the date as 2026-12-31")
_NO_REASON = N_("Explain the result of the indicator")
_NO_RESPONSIBLE = N_("Enter who is responsible for the action")
_DUE_IN_THE_PAST = N_("Enter a due date that is not in the past, or select “Completed”")
_NO_DUE_DATE = N_("Enter the due date of the action")
_NO_ACTION = N_("Enter the action, or leave the person, due date and status blank")
_STALE_VERSION = N_("Someone else has changed this remark. Read the current version, then save again")
_NOT_A_MANAGER = N_("Only managers can write remarks")
_NO_INDICATOR = N_("No version of the plan has this indicator")
_NO_QUARTER = N_("This quarter has not started or is outside the plan")


class RemarkError(InputError):
    """The remark can't be saved."""


@dataclass(frozen=True, kw_only=True)
class RemarkInput:
    """A remark as entered in the form. `due` is a date such as `2026-12-31`, or blank."""

    indicator: str
    quarter: Quarter
    reason: str = ""
    agreed_action: str = ""
    responsible: str = ""
    due: str = ""
    is_done: bool = False
    is_public: bool = False
    expected_version: int = 0
    """The ID of the version that the writer saw; 0 for none."""


def write_remark(engine: Engine, remark_input: RemarkInput, *, actor: str, now: datetime) -> Remark:
    """Save a remark as a new version, which replaces the current one, and return it.

    An unchanged remark is not saved again. Raises RemarkError with every error: in the fields, when `actor` is not a
    manager, and when someone else saved a version since `expected_version`.
    """
    remark, errors = _parse(remark_input, actor=actor, now=now)
    with writing(engine) as connection:
        errors = [*_check_context(connection, remark_input, actor=actor, today=now.date()), *errors]
        versions = read_remark_versions(connection, indicator=remark_input.indicator, quarter=remark_input.quarter)
        current = versions[-1] if versions else None
        if (current.id if current else 0) != remark_input.expected_version:
            errors.insert(0, FieldError("why", _STALE_VERSION, {}))
        if _is_new_and_overdue(remark, current, now.date()):
            errors.append(FieldError("due", _DUE_IN_THE_PAST, {}))
        if errors:
            raise RemarkError(*errors)
        if current is not None and _get_contents(current) == _get_contents(remark):
            return current
        remark = replace(remark, replaces=current.id if current else None)
        stored = replace(remark, id=insert_remark(connection, remark))
        write_audit_event(connection, _make_event(current, stored))
        increment_data_version(connection)
    return stored


def _is_new_and_overdue(remark: Remark, current: Remark | None, today: date) -> bool:
    """Whether an open action gets a due date in the past. One that was agreed before may become overdue."""
    is_new = current is None or current.due != remark.due
    return is_new and not remark.is_done and remark.due is not None and remark.due < today


def _parse(remark_input: RemarkInput, *, actor: str, now: datetime) -> tuple[Remark, list[FieldError]]:
    """Return the remark with cleaned texts, and the errors of its fields."""
    entries = {
        "why": remark_input.reason,
        "agreed": remark_input.agreed_action,
        "responsible": remark_input.responsible,
    }
    texts = {field: _clean(text) for field, text in entries.items()}
    errors = [
        FieldError(field, _TOO_LONG, {"most": max_length})
        for field, max_length in MAX_LENGTHS.items()
        if len(texts[field]) > max_length
    ]
    due, due_text = None, remark_input.due.strip()
    try:
        due = date.fromisoformat(due_text) if due_text else None
    except ValueError:
        errors.append(FieldError("due", _NO_DATE, {}))
    remark = Remark(
        indicator=remark_input.indicator,
        quarter=remark_input.quarter,
        reason=texts["why"],
        agreed_action=texts["agreed"],
        responsible=texts["responsible"],
        due=due,
        is_done=remark_input.is_done,
        is_public=remark_input.is_public,
        written_by=actor,
        written_at=now,
    )
    return remark, [*errors, *_find_missing(remark, has_due_date=bool(due_text))]


def _find_missing(remark: Remark, *, has_due_date: bool) -> list[FieldError]:
    """Return the errors of missing fields: an action needs a responsible person and a due date."""
    errors = []
    if not remark.reason:
        errors.append(FieldError("why", _NO_REASON, {}))
    if remark.agreed_action and not remark.responsible:
        errors.append(FieldError("responsible", _NO_RESPONSIBLE, {}))
    if remark.agreed_action and not has_due_date:
        errors.append(FieldError("due", _NO_DUE_DATE, {}))
    if not remark.agreed_action and (remark.responsible or has_due_date or remark.is_done):
        errors.append(FieldError("agreed", _NO_ACTION, {}))
    return errors


def _check_context(connection: Connection, remark_input: RemarkInput, *, actor: str, today: date) -> list[FieldError]:
    """Return the errors of the writer, the indicator and the quarter."""
    user = find_user(connection, actor)
    plans = read_plans(connection)
    errors = []
    if user is None or not user.active or user.role is Role.OFFICER:
        errors.append(FieldError("why", _NOT_A_MANAGER, {}))
    if plans is None or not is_known_indicator(plans, remark_input.indicator):
        errors.append(FieldError("why", _NO_INDICATOR, {}))
    elif not has_quarter_begun(plans, remark_input.quarter, today):
        errors.append(FieldError("why", _NO_QUARTER, {}))
    return errors


def is_known_indicator(plans: Plans, indicator: str) -> bool:
    """Whether any version of the plan has the indicator. Retired indicators accept remarks too."""
    return any(indicator in version.plan.indicator_by_code for version in plans.versions)


def has_quarter_begun(plans: Plans, quarter: Quarter, today: date) -> bool:
    """Whether the quarter is within the years of a plan version and has started."""
    return any(
        settings.first_quarter <= quarter <= settings.last_quarter
        and settings.calendar.get_start_date(quarter) <= today
        for settings in (version.plan.settings for version in plans.versions)
    )


def _clean(text: str) -> str:
    """Return the text without surrounding spaces and control characters, except line breaks."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in lines if character in "\n\u200b" or character.isprintable()).strip()


def _get_contents(remark: Remark) -> tuple[object, ...]:
    return (
        remark.reason,
        remark.agreed_action,
        remark.responsible,
        remark.due,
        remark.is_done,
        remark.is_public,
    )


def _make_event(old: Remark | None, new: Remark) -> AuditEvent:
    return AuditEvent(
        at=new.written_at,
        actor=new.written_by,
        action="remark written",
        subject=f"{new.indicator} {new.quarter}",
        old=_describe(old) if old else "",
        new=_describe(new),
    )


def _describe(remark: Remark) -> str:
    """Return a remark in one line, for the audit log."""
    action = f"; agreed: {remark.agreed_action} ({remark.responsible}, {remark.due})" if remark.agreed_action else ""
    done_text = ", done" if remark.is_done else ""
    return f"{'public' if remark.is_public else 'staff'}: {remark.reason}{action}{done_text}"
