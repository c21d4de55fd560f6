"""Loading a return: examined first, then stored whole in one transaction, submitted and, from managers, approved."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from etl.database.connection import Engine, reading, writing
from etl.database.decide_returns import check_may_approve
from etl.database.people import NotAllowedError, check_may_send
from etl.database.read.counting import read_typed_values
from etl.database.read.kept_record import KeptRecord
from etl.database.read.plans import read_plans
from etl.database.records import StoredReturn, User
from etl.database.store_returns import settle
from etl.errors import CardecError
from etl.queries.examined_file import examine_file
from etl.queries.return_effects import NewReturnNumbers, ReturnEffects, effects_of_numbers
from etl.queries.source import NoPlanError, Source
from etl.returns.findings.finding import Finding, sort_findings
from etl.returns.form.annotate import annotate
from etl.returns.form.claims import Confirmed
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.form.targets import form_targets
from etl.returns.intake import ReadFile, read_file
from etl.returns.workbook.read_workbook import WorkbookReader
from etl.use_cases.returns.import_return import (
    LoadedReturn,
    Outcome,
    Received,
    Taking,
    is_to_approve,
    told_of,
    told_unchanged,
    who_and_same,
)

__all__ = [
    "AnnotatedReturn",
    "Confirmed",
    "LoadedReturn",
    "NotAllowedError",
    "Outcome",
    "RehearsedReturn",
    "annotate_return_file",
    "check_return_file",
    "load_batch",
    "load_return",
    "rehearse_return",
]


@dataclass(frozen=True)
class AnnotatedReturn:
    """What was found in a file, and the workbook to mend; None where the file could not be bound to a form."""

    told: LoadedReturn
    workbook: bytes | None


@dataclass(frozen=True)
class RehearsedReturn:
    """What was found in a file, and what saving it would change; None where nothing would be saved."""

    told: LoadedReturn
    effects: ReturnEffects | None


def check_return_file(
    engine: Engine,
    name: str,
    data: bytes,
    *,
    now: datetime,
    confirmed: Confirmed | None = None,
    reader: WorkbookReader | None = None,
) -> LoadedReturn:
    """Everything there is to say about a file; nothing is stored."""
    examined = examine_file(engine, name, data, today=now.date(), confirmed=confirmed, reader=reader)
    outcome = Outcome.CHECKED if examined.is_acceptable else Outcome.REFUSED
    return told_of(name, outcome, examined)


def annotate_return_file(
    engine: Engine,
    name: str,
    data: bytes,
    *,
    now: datetime,
    confirmed: Confirmed | None = None,
    language_first: str = "km",
    reader: WorkbookReader | None = None,
) -> AnnotatedReturn:
    """The same as the check says, and the sender's numbers in a fresh form with marks; nothing is stored."""
    examined = examine_file(engine, name, data, today=now.date(), confirmed=confirmed, reader=reader)
    outcome = Outcome.CHECKED if examined.is_acceptable else Outcome.REFUSED
    told = told_of(name, outcome, examined)
    if examined.parsed is None:
        return AnnotatedReturn(told, None)
    return AnnotatedReturn(told, _annotated(engine, examined.parsed, examined.findings, language_first))


def _annotated(engine: Engine, parsed: ParsedReturn, findings: tuple[Finding, ...], language_first: str) -> bytes:
    """Drawn from the plan's version that the file was bound to, so that its rows are those that were filled."""
    with reading(engine) as connection:
        plans = read_plans(connection)
        last = read_typed_values(connection, site=parsed.site, quarter=parsed.quarter.plus(-1), basis="submitted")
    if plans is None:
        raise NoPlanError
    plan = next(one.plan for one in plans.versions if one.number == parsed.plan_version)
    return annotate(
        plan,
        parsed.plan_version,
        parsed,
        findings,
        last_values={str(key): value for key, value in last.items()},
        targets=form_targets(plan, parsed.site, parsed.quarter.year),
        language_first=language_first,
    )


def load_return(
    engine: Engine,
    name: str,
    data: bytes,
    *,
    who: str,
    now: datetime,
    approve: bool = False,
    confirmed: Confirmed | None = None,
    reader: WorkbookReader | None = None,
    kept: KeptRecord | None = None,
    read: ReadFile | None = None,
) -> LoadedReturn:
    """Stores a file as a submitted return of `who`; with `approve`, for history, as an approved one.

    The same bytes again change nothing, but for a draft that `who` made of them, which moves on; with `approve` they
    approve what was only submitted, by the same rules as review does: DecisionError for one's own, unless the office
    allows it. A newer return supersedes the older of its site and quarter. Raises NotAllowedError for who may not
    send for the site, or may not approve. `kept` is what the returns loaded before this one left known, and `read`
    the file where it was read already.
    """
    received = Received(name, data, who, now, approve)
    if read is None:
        _, same = _before(engine, who, received.sha256, approve)
        if same is not None and not is_to_approve(same, approve):
            return told_unchanged(name, same)
        read = read_file(name, data, reader=reader)
    if read.workbook is None:
        return LoadedReturn(name, Outcome.REFUSED, sort_findings(read.findings))
    known = kept or KeptRecord()
    try:
        with writing(engine) as connection:
            return Taking(connection, confirmed, known, [received]).take(received, read)
    except BaseException:
        # What was undone in the database isn't known here either.
        known.forget()
        raise


def load_batch(
    engine: Engine,
    files: Sequence[tuple["Received", ReadFile]],
    *,
    confirmed: Confirmed | None = None,
    kept: KeptRecord,
) -> list[LoadedReturn | CardecError]:
    """Loads files that were read already as `load_return` does, all in one transaction with its roll-ups renewed once.

    A file that is refused, or that its loader may not send, doesn't keep the others out. Whatever else goes wrong
    undoes all of them.
    """
    kept.is_batch = True
    try:
        with writing(engine) as connection:
            taking = Taking(connection, confirmed, kept, [received for received, _ in files])
            done = [taking.try_to_take(*one) for one in files]
            plans = kept.plans(connection)
            if plans is not None:
                settle(connection, plans, kept)
    except BaseException:
        kept.forget()
        raise
    finally:
        kept.is_batch = False
    return done


def rehearse_return(
    source: Source,
    name: str,
    data: bytes,
    *,
    now: datetime,
    who: str = "",
    approve: bool = False,
    confirmed: Confirmed | None = None,
    reader: WorkbookReader | None = None,
) -> RehearsedReturn:
    """What `load_return` would do with the file, and what that would change; nothing is stored.

    With `who` as strict as loading in their name (NotAllowedError, the same bytes again); without, for anybody.
    """
    engine = source.engine
    user, same = _before(engine, who, hashlib.sha256(data).hexdigest(), approve) if who else (None, None)
    if same is not None and not is_to_approve(same, approve):
        return RehearsedReturn(told_unchanged(name, same), None)
    if same is not None and user is not None:
        with reading(engine) as connection:
            check_may_approve(connection, same, user)
    examined = examine_file(engine, name, data, today=now.date(), confirmed=confirmed, reader=reader)
    parsed = examined.parsed
    if parsed is None or not examined.is_acceptable:
        return RehearsedReturn(told_of(name, Outcome.REFUSED, examined), None)
    if user is not None:
        check_may_send(user, parsed.site)
    new = NewReturnNumbers(parsed.site, parsed.quarter, parsed.basis, tuple(parsed.observations()))
    effects = effects_of_numbers(source, new, now=now, approve=approve)
    return RehearsedReturn(told_of(name, Outcome.CHECKED, examined), effects)


def _before(engine: Engine, who: str, sha256: str, approve: bool) -> tuple[User, StoredReturn | None]:
    with reading(engine) as connection:
        return who_and_same(connection, who, sha256, approve)
