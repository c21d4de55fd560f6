"""Check, annotate, preview and import return files."""

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
from etl.returns.form.targets import list_form_targets
from etl.returns.intake import FileContents, IntakeResult, read_file
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
    "ImportOutcome",
    "ImportPreview",
    "ImportResult",
    "NotAllowedError",
    "annotate_return_file",
    "check_return_file",
    "import_batch",
    "import_return_file",
    "preview_import",
]


@dataclass(frozen=True)
class AnnotatedReturn:
    """The result of a check and the annotated workbook, or None where the file matches no form."""

    result: ImportResult
    workbook: bytes | None


@dataclass(frozen=True)
class ImportPreview:
    """The result of a check and the effects of an import, or None where nothing would be stored."""

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
    """Return every finding of a file. Nothing is stored."""
    intake = examine_file(engine, name, data, today=now.date(), confirmation=confirmation, reader=reader)
    return _make_check_result(name, intake)


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
    """Check a file and copy its numbers into a new form with each finding marked. Nothing is stored."""
    intake = examine_file(engine, name, data, today=now.date(), confirmation=confirmation, reader=reader)
    result = _make_check_result(name, intake)
    if intake.parsed_return is None:
        return AnnotatedReturn(result, None)
    return AnnotatedReturn(result, _annotate(engine, intake.parsed_return, intake.findings, language_first))


def _make_check_result(name: str, intake: IntakeResult) -> ImportResult:
    return make_import_result(name, ImportOutcome.CHECKED if intake.is_acceptable else ImportOutcome.REFUSED, intake)


def _annotate(engine: Engine, parsed_return: ParsedReturn, findings: tuple[Finding, ...], language_first: str) -> bytes:
    """Build the annotated form from the plan version of the file, so that the rows are the same."""
    with reading(engine) as connection:
        plans = read_plans(connection)
        last = read_effective_values(
            connection, site=parsed_return.site, quarter=parsed_return.quarter.shift(-1), basis="submitted"
        )
    if plans is None:
        raise NoPlanError
    plan = next(version.plan for version in plans.versions if version.number == parsed_return.plan_version)
    return annotate_return(
        plan,
        parsed_return.plan_version,
        parsed_return,
        findings,
        last_values={str(key): value for key, value in last.items()},
        targets=list_form_targets(plan, parsed_return.site, parsed_return.quarter.year),
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
    """Store a file as a submitted return of `actor`; with `approve`, for history, as an approved return.

    Importing the same bytes again changes nothing, with two exceptions: a draft that `actor` made of them is
    submitted, and `approve` approves the return that they made. A newer return supersedes the older return of its
    site and quarter. `cache` carries data over from earlier imports; `contents` is the file where it was read already.

    Raises NotAllowedError when `actor` may not submit for the site or may not approve, and DecisionError when the
    rules of review forbid the approval (own returns).
    """
    file = IncomingFile(name, data, actor, now, approve)
    if contents is None:
        _, duplicate = _read_user_and_duplicate(engine, actor, file.sha256, approve)
        if duplicate is not None and not should_approve(duplicate, approve):
            return make_unchanged_result(name, duplicate)
        contents = read_file(name, data, reader=reader)
    if contents.workbook is None:
        return ImportResult(name, ImportOutcome.REFUSED, sort_findings(contents.findings))
    cache = cache or ImportCache()
    try:
        with writing(engine) as connection:
            return ReturnImporter(connection, confirmation, cache, [file]).import_file(file, contents)
    except BaseException:
        # The transaction was rolled back, so the cache may hold data that is not in the database.
        cache.clear()
        raise


def import_batch(
    engine: Engine,
    files: Sequence[tuple["IncomingFile", FileContents]],
    *,
    confirmation: Confirmation | None = None,
    cache: ImportCache,
) -> list[ImportResult | CardecError]:
    """Import files that were read already, in one transaction with its roll-ups recomputed once.

    Returns a result or an error per file: a refused file doesn't stop the others. Any other exception rolls back the
    whole batch.
    """
    cache.is_batch = True
    try:
        with writing(engine) as connection:
            importer = ReturnImporter(connection, confirmation, cache, [file for file, _ in files])
            results = [importer.try_import(file, contents) for file, contents in files]
            plans = cache.get_plans(connection)
            if plans is not None:
                flush_pending(connection, plans, cache)
    except BaseException:
        cache.clear()
        raise
    finally:
        cache.is_batch = False
    return results


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
    """Return what `import_return_file` would do and which numbers and figures would change. Nothing is stored.

    With `actor` the same permissions apply as to the import (NotAllowedError) and duplicates are detected.
    """
    engine = source.engine
    user, duplicate = None, None
    if actor:
        user, duplicate = _read_user_and_duplicate(engine, actor, hashlib.sha256(data).hexdigest(), approve)
    if duplicate is not None and not should_approve(duplicate, approve):
        return ImportPreview(make_unchanged_result(name, duplicate), None)
    if duplicate is not None and user is not None:
        with reading(engine) as connection:
            check_can_approve(connection, duplicate, user)
    intake = examine_file(engine, name, data, today=now.date(), confirmation=confirmation, reader=reader)
    parsed = intake.parsed_return
    if parsed is None or not intake.is_acceptable:
        return ImportPreview(make_import_result(name, ImportOutcome.REFUSED, intake), None)
    if user is not None:
        check_can_submit(user, parsed.site)
    numbers = NewReturnNumbers(parsed.site, parsed.quarter, parsed.basis, tuple(parsed.iterate_observations()))
    effects = compute_effects(source, numbers, now=now, approve=approve)
    return ImportPreview(make_import_result(name, ImportOutcome.CHECKED, intake), effects)


def _read_user_and_duplicate(
    engine: Engine, actor: str, sha256: str, approve: bool
) -> tuple[User, StoredReturn | None]:
    with reading(engine) as connection:
        return get_user_and_duplicate(connection, actor, sha256, approve)
