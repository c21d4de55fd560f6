"""Loading a return: examined first, then stored whole in one transaction, submitted and, from managers, approved."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from etl.database.authorization import NotAllowedError, check_can_submit
from etl.database.connection import Engine, reading, writing
from etl.database.decide_returns import check_can_approve
from etl.database.read.effective_returns import read_effective_values
from etl.database.read.import_cache import ImportCache
from etl.database.read.plans import read_plans
from etl.database.records import StoredReturn, User
from etl.database.store_returns import flush_pending
from etl.errors import CardecError
from etl.queries.data_source import DataSource, NoPlanError
from etl.queries.examine_file import examine_file
from etl.queries.return_effects import NewReturnNumbers, ReturnEffects, compute_effects
from etl.returns.findings.finding import Finding, sort_findings
from etl.returns.form.annotate import annotate_return
from etl.returns.form.claims import Confirmation
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.form.targets import form_targets
from etl.returns.intake import FileContents, read_file
from etl.returns.workbook.read_workbook import WorkbookReader
from etl.use_cases.returns.import_return import (
    ImportOutcome,
    ImportResult,
    IncomingFile,
    ReturnImporter,
    get_user_and_duplicate,
    make_import_result,
    make_unchanged_result,
    should_approve,
)

__all__ = [
    "AnnotatedReturn",
    "Confirmation",
    "ImportResult",
    "NotAllowedError",
    "ImportOutcome",
    "ImportPreview",
    "annotate_return_file",
    "check_return_file",
    "import_batch",
    "import_return_file",
    "preview_import",
]


@dataclass(frozen=True)
class AnnotatedReturn:
    """What was found in a file, and the workbook to mend; None where the file could not be bound to a form."""

    result: ImportResult
    workbook: bytes | None


@dataclass(frozen=True)
class ImportPreview:
    """What was found in a file, and what saving it would change; None where nothing would be saved."""

    result: ImportResult
    effects: ReturnEffects | None


def check_return_file(
    engine: Engine,
    name: str,
    data: bytes,
    *,
    now: datetime,
    confirmation: Confirmation | None = None,
    reader: WorkbookReader | None = None,
) -> ImportResult:
    """Everything there is to say about a file; nothing is stored."""
    examined = examine_file(engine, name, data, today=now.date(), confirmation=confirmation, reader=reader)
    outcome = ImportOutcome.CHECKED if examined.is_acceptable else ImportOutcome.REFUSED
    return make_import_result(name, outcome, examined)


def annotate_return_file(
    engine: Engine,
    name: str,
    data: bytes,
    *,
    now: datetime,
    confirmation: Confirmation | None = None,
    language_first: str = "km",
    reader: WorkbookReader | None = None,
) -> AnnotatedReturn:
    """The same as the check says, and the sender's numbers in a fresh form with marks; nothing is stored."""
    examined = examine_file(engine, name, data, today=now.date(), confirmation=confirmation, reader=reader)
    outcome = ImportOutcome.CHECKED if examined.is_acceptable else ImportOutcome.REFUSED
    told = make_import_result(name, outcome, examined)
    if examined.parsed_return is None:
        return AnnotatedReturn(told, None)
    return AnnotatedReturn(told, _annotated(engine, examined.parsed_return, examined.findings, language_first))


def _annotated(engine: Engine, parsed: ParsedReturn, findings: tuple[Finding, ...], language_first: str) -> bytes:
    """Drawn from the plan's version that the file was bound to, so that its rows are those that were filled."""
    with reading(engine) as connection:
        plans = read_plans(connection)
        last = read_effective_values(connection, site=parsed.site, quarter=parsed.quarter.plus(-1), basis="submitted")
    if plans is None:
        raise NoPlanError
    plan = next(one.plan for one in plans.versions if one.number == parsed.plan_version)
    return annotate_return(
        plan,
        parsed.plan_version,
        parsed,
        findings,
        last_values={str(key): value for key, value in last.items()},
        targets=form_targets(plan, parsed.site, parsed.quarter.year),
        first_language=language_first,
    )


def import_return_file(
    engine: Engine,
    name: str,
    data: bytes,
    *,
    actor: str,
    now: datetime,
    approve: bool = False,
    confirmation: Confirmation | None = None,
    reader: WorkbookReader | None = None,
    cache: ImportCache | None = None,
    contents: FileContents | None = None,
) -> ImportResult:
    """Stores a file as a submitted return of `who`; with `approve`, for history, as an approved one.

    The same bytes again change nothing, but for a draft that `who` made of them, which moves on; with `approve` they
    approve what was only submitted, by the same rules as review does: DecisionError for one's own, unless the office
    allows it. A newer return supersedes the older of its site and quarter. Raises NotAllowedError for who may not
    send for the site, or may not approve. `kept` is what the returns loaded before this one left known, and `read`
    the file where it was read already.
    """
    received = IncomingFile(name, data, actor, now, approve)
    if contents is None:
        _, same = _before(engine, actor, received.sha256, approve)
        if same is not None and not should_approve(same, approve):
            return make_unchanged_result(name, same)
        contents = read_file(name, data, reader=reader)
    if contents.workbook is None:
        return ImportResult(name, ImportOutcome.REFUSED, sort_findings(contents.findings))
    known = cache or ImportCache()
    try:
        with writing(engine) as connection:
            return ReturnImporter(connection, confirmation, known, [received]).import_file(received, contents)
    except BaseException:
        # What was undone in the database isn't known here either.
        known.clear()
        raise


def import_batch(
    engine: Engine,
    files: Sequence[tuple["IncomingFile", FileContents]],
    *,
    confirmation: Confirmation | None = None,
    cache: ImportCache,
) -> list[ImportResult | CardecError]:
    """Import files that were read already, in one transaction with its roll-ups recomputed once.

    A file that is refused, or that its loader may not send, doesn't keep the others out. Whatever else goes wrong
    undoes all of them.
    """
    cache.is_batch = True
    try:
        with writing(engine) as connection:
            taking = ReturnImporter(connection, confirmation, cache, [received for received, _ in files])
            done = [taking.try_import(*one) for one in files]
            plans = cache.plans(connection)
            if plans is not None:
                flush_pending(connection, plans, cache)
    except BaseException:
        cache.clear()
        raise
    finally:
        cache.is_batch = False
    return done


def preview_import(
    source: DataSource,
    name: str,
    data: bytes,
    *,
    now: datetime,
    actor: str = "",
    approve: bool = False,
    confirmation: Confirmation | None = None,
    reader: WorkbookReader | None = None,
) -> ImportPreview:
    """What `import_return_file` would do with the file, and what that would change; nothing is stored.

    With `who` as strict as loading in their name (NotAllowedError, the same bytes again); without, for anybody.
    """
    engine = source.engine
    user, same = _before(engine, actor, hashlib.sha256(data).hexdigest(), approve) if actor else (None, None)
    if same is not None and not should_approve(same, approve):
        return ImportPreview(make_unchanged_result(name, same), None)
    if same is not None and user is not None:
        with reading(engine) as connection:
            check_can_approve(connection, same, user)
    examined = examine_file(engine, name, data, today=now.date(), confirmation=confirmation, reader=reader)
    parsed = examined.parsed_return
    if parsed is None or not examined.is_acceptable:
        return ImportPreview(make_import_result(name, ImportOutcome.REFUSED, examined), None)
    if user is not None:
        check_can_submit(user, parsed.site)
    new = NewReturnNumbers(parsed.site, parsed.quarter, parsed.basis, tuple(parsed.observations()))
    effects = compute_effects(source, new, now=now, approve=approve)
    return ImportPreview(make_import_result(name, ImportOutcome.CHECKED, examined), effects)


def _before(engine: Engine, who: str, sha256: str, approve: bool) -> tuple[User, StoredReturn | None]:
    with reading(engine) as connection:
        return get_user_and_duplicate(connection, who, sha256, approve)
