"""Writing a remark: why an indicator stands where it stands in a quarter, and what was agreed."""

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
from etl.errors import CardecError
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import Role
from etl.locale import N_

MAX_LENGTHS = {"why": 2000, "agreed": 1000, "responsible": 200}
"""How many characters each text may have."""


@dataclass(frozen=True)
class RemarkFault:
    """What is wrong with one field; `text` is said in the writer's language with `most` in it."""

    field: str
    text: str
    max_length: int = 0


class RemarkError(CardecError):
    """The remark can't be kept as it was written; `faults` has every reason."""

    def __init__(self, *faults: RemarkFault) -> None:
        super().__init__(" ".join(fault.text.format(most=fault.max_length) for fault in faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class RemarkInput:
    """A remark as somebody typed it; `due` is a day such as `2026-12-31`, or blank."""

    indicator: str
    quarter: Quarter
    reason: str = ""
    agreed_action: str = ""
    responsible: str = ""
    due: str = ""
    is_done: bool = False
    is_public: bool = False
    expected_version: int = 0
    """The number of the version that its writer saw; 0 where there was none."""


def write_remark(engine: Engine, remark_input: RemarkInput, *, actor: str, now: datetime) -> Remark:
    """The remark as it was stored, in the place of the version before it, which stays readable.

    What is word for word as before is not stored again. RemarkError names everything that is wrong: fields, a writer
    who is no manager, a version that somebody else wrote meanwhile.
    """
    remark, faults = _read(remark_input, who=actor, now=now)
    with writing(engine) as connection:
        faults = [*_faults_of_place(connection, remark_input, who=actor, today=now.date()), *faults]
        versions = read_remark_versions(connection, indicator=remark_input.indicator, quarter=remark_input.quarter)
        newest = versions[-1] if versions else None
        if (newest.id if newest else 0) != remark_input.expected_version:
            faults.insert(0, RemarkFault("why", _WRITTEN_MEANWHILE))
        if faults:
            raise RemarkError(*faults)
        if newest is not None and _texts(newest) == _texts(remark):
            return newest
        remark = replace(remark, replaces=newest.id if newest else None)
        stored = replace(remark, id=insert_remark(connection, remark))
        write_audit_event(connection, _event(newest, stored))
        increment_data_version(connection)
    return stored


def _read(written: RemarkInput, *, who: str, now: datetime) -> tuple[Remark, list[RemarkFault]]:
    """The texts as they are kept, and what is wrong with them."""
    entered = {"why": written.reason, "agreed": written.agreed_action, "responsible": written.responsible}
    texts = {name: _clean(text) for name, text in entered.items()}
    faults = [RemarkFault(name, _TOO_LONG, most) for name, most in MAX_LENGTHS.items() if len(texts[name]) > most]
    due = None
    try:
        due = date.fromisoformat(written.due.strip()) if written.due.strip() else None
    except ValueError:
        faults.append(RemarkFault("due", _NO_DAY))
    remark = Remark(
        indicator=written.indicator,
        quarter=written.quarter,
        reason=texts["why"],
        agreed_action=texts["agreed"],
        responsible=texts["responsible"],
        due=due,
        is_done=written.is_done,
        is_public=written.is_public,
        written_by=who,
        written_at=now,
    )
    return remark, [*faults, *_missing(remark, is_day=bool(written.due.strip()))]


def _missing(remark: Remark, *, is_day: bool) -> list[RemarkFault]:
    """What belongs together: something agreed has a person and a day."""
    faults = []
    if not remark.reason:
        faults.append(RemarkFault("why", _NO_REASON))
    if remark.agreed_action and not remark.responsible:
        faults.append(RemarkFault("responsible", _NOBODY))
    if remark.agreed_action and not is_day:
        faults.append(RemarkFault("due", _NO_DUE))
    if not remark.agreed_action and (remark.responsible or is_day or remark.is_done):
        faults.append(RemarkFault("agreed", _NOTHING_AGREED))
    return faults


def _faults_of_place(connection: Connection, written: RemarkInput, *, who: str, today: date) -> list[RemarkFault]:
    user = find_user(connection, who)
    plans = read_plans(connection)
    faults = []
    if user is None or not user.active or user.role is Role.OFFICER:
        faults.append(RemarkFault("why", _NO_MANAGER))
    if plans is None or not is_known_indicator(plans, written.indicator):
        faults.append(RemarkFault("why", _NO_INDICATOR))
    elif not has_quarter_begun(plans, written.quarter, today):
        faults.append(RemarkFault("why", _NO_QUARTER))
    return faults


def is_known_indicator(plans: Plans, indicator: str) -> bool:
    """Whether any version of the plan has the indicator; a closed one may still be explained."""
    return any(indicator in version.plan.indicator_by_code for version in plans.versions)


def has_quarter_begun(plans: Plans, quarter: Quarter, today: date) -> bool:
    """Whether the quarter lies in a version's years and has begun."""
    settings = [version.plan.settings for version in plans.versions]
    return any(
        one.first_quarter <= quarter <= one.last_quarter and one.calendar.start(quarter) <= today for one in settings
    )


def _clean(text: str) -> str:
    """The text without spaces around it and without what no person types; lines stay lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in lines if one == "\n" or one.isprintable() or one == "\u200b").strip()


def _texts(remark: Remark) -> tuple[object, ...]:
    return remark.reason, remark.agreed_action, remark.responsible, remark.due, remark.is_done, remark.is_public


def _event(old: Remark | None, new: Remark) -> AuditEvent:
    return AuditEvent(
        at=new.written_at,
        actor=new.written_by,
        action="remark written",
        subject=f"{new.indicator} {new.quarter}",
        old=_told(old) if old else "",
        new=_told(new),
    )


def _told(remark: Remark) -> str:
    agreed = f"; agreed: {remark.agreed_action} ({remark.responsible}, {remark.due})" if remark.agreed_action else ""
    done = ", done" if remark.is_done else ""
    return f"{'public' if remark.is_public else 'staff'}: {remark.reason}{agreed}{done}"


_TOO_LONG = N_("Shorten this to {most} characters")
_NO_DAY = N_("Write the day as 2026-12-31")
_NO_REASON = N_("Say why the indicator stands where it stands")
_NOBODY = N_("Say who does what was agreed")
_NO_DUE = N_("Say by when it is done")
_NOTHING_AGREED = N_("Say what was agreed, or leave who, by when and done blank")
_WRITTEN_MEANWHILE = N_("Somebody else wrote here while you did. Read what stands now, then save again")
_NO_MANAGER = N_("Remarks are written by managers")
_NO_INDICATOR = N_("No version of the plan has this indicator")
_NO_QUARTER = N_("This quarter has not begun, or lies outside of the plan")
