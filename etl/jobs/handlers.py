"""Handlers of jobs: a function for each kind of job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from etl.database.job_records import JobFile, JsonObject
from etl.database.records import AuditFilter
from etl.indicators.editions import parse_edition_id
from etl.jobs.queue import JobMessage
from etl.locale import N_
from etl.locale.formats import format_size
from etl.queries.data_source import DataSource
from etl.queries.editions import list_editions
from etl.settings import Settings
from etl.use_cases.operations.scheduled_backup import back_up_to_folder
from etl.use_cases.plans.check_plan_file import check_stored_plan
from etl.use_cases.reporting.audit_export import export_audit_log
from etl.use_cases.reporting.meeting_pack import make_pack, parse_pack_choice
from etl.use_cases.reporting.publish import publish_edition
from etl.use_cases.returns.pull_field_data import pull_field_data
from etl.use_cases.returns.upload_many import upload_zip


@dataclass(frozen=True, kw_only=True)
class JobRun:
    """The input of a handler. A handler must be safe to repeat, since a worker may stop at any moment."""

    source: DataSource
    settings: Settings
    owner: str
    parameters: JsonObject
    input_files: tuple[JobFile, ...]
    report_progress: Callable[[int, int], None]
    """Report the number of steps done and their total. Cheap to call often."""

    @property
    def now(self) -> datetime:
        return self.settings.now()


@dataclass(frozen=True, kw_only=True)
class JobOutcome:
    """The result of a job: messages and links for its page, and files to download."""

    messages: tuple[JobMessage, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """Pairs of a translatable text and a path without the prefix of the language."""
    output_files: tuple[JobFile, ...] = field(default=(), repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return what is stored besides the files."""
        messages = [[message.text, dict(message.parameters)] for message in self.messages]
        return {"told": messages, "links": [list(link) for link in self.links]}


Handler = Callable[[JobRun], JobOutcome]

PACK_READY = N_("The report and the workbook are ready.")
PACK_READY_WITHOUT_PDF = N_(
    "The report and the workbook are ready. "
    "Chromium is not installed on the server, so print the report from the browser."
)

_CSV_TYPE = "text/csv; charset=utf-8"


def handle_audit_export(run: JobRun) -> JobOutcome:
    """Export the audit log, filtered by the job's parameters, as a CSV file."""
    parameters = run.parameters
    audit_filter = AuditFilter(
        actor=parameters.get("who", ""),
        action=parameters.get("act", ""),
        subject=parameters.get("subject", ""),
        since=_parse_moment(parameters.get("since")),
        before=_parse_moment(parameters.get("before")),
    )
    export = export_audit_log(
        run.source.engine, audit_filter, actor=run.owner, now=run.now, report_progress=run.report_progress
    )
    name = f"audit-{run.now.date().isoformat()}.csv"
    return JobOutcome(
        messages=(JobMessage(N_("Audit events exported: {count}."), {"count": export.event_count}),),
        output_files=(JobFile(name, _CSV_TYPE, export.text.encode()),),
    )


NO_RETURN_IN_ZIP = N_(
    "Nothing was saved: the zip contains no return that can be read. Returns are the Excel forms of the sites; "
    "download a form on the page “Upload a return”, fill it in and add it to the zip."
)


def handle_returns_zip(run: JobRun) -> JobOutcome:
    """Save every return of a zip as a draft of the owner, with a table of all findings."""
    (zip_file,) = run.input_files
    result = upload_zip(
        run.source.engine, zip_file.data, actor=run.owner, clock=lambda: run.now, report_progress=run.report_progress
    )
    counts = (
        (N_("Drafts saved: {count}. Open each draft and submit it."), result.draft_count),
        (N_("Files already uploaded: {count}."), result.unchanged_count),
        (N_("Files refused: {count}. The table gives the reasons."), result.refused_count),
        (N_("Files skipped because they are not workbooks: {count}."), result.skipped_count),
    )
    messages = tuple(JobMessage(text, {"count": count}) for text, count in counts if count)
    if not result.draft_count and not result.unchanged_count:
        messages = (JobMessage(NO_RETURN_IN_ZIP, {}), *messages)
    return JobOutcome(
        messages=messages,
        links=((N_("Returns"), "/staff/returns"),),
        output_files=(JobFile("findings.csv", _CSV_TYPE, result.findings_csv.encode()),),
    )


def _parse_moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def handle_meeting_pack(run: JobRun) -> JobOutcome:
    """Build the meeting pack of the choice in the job's parameters."""
    pack = make_pack(
        run.source, parse_pack_choice(run.parameters), today=run.now.date(), report_progress=run.report_progress
    )
    text = PACK_READY if pack.is_pdf else PACK_READY_WITHOUT_PDF
    return JobOutcome(messages=(JobMessage(text, {}),), output_files=pack.files)


def handle_edition(run: JobRun) -> JobOutcome:
    """Publish the previewed edition, unless an interrupted run published it already."""
    edition_id = str(run.parameters["edition"])
    parsed_id = parse_edition_id(edition_id)
    message = JobMessage(N_("Edition {edition} has been published."), {"edition": edition_id})
    outcome = JobOutcome(messages=(message,), links=((N_("Editions"), "/editions"),))
    if parsed_id is None or any(edition.id == edition_id for edition in list_editions(run.source)):
        return outcome
    steps = iter(range(1, 4))
    publish_edition(
        run.source,
        parsed_id[0],
        actor=run.owner,
        now=run.now,
        reason=str(run.parameters.get("reason", "")),
        publisher=run.settings.publisher,
        report_step=lambda _step: run.report_progress(next(steps, 3), 4),
        expected_id=edition_id,
    )
    return outcome


def handle_field_data(run: JobRun) -> JobOutcome:
    """Read the submissions of a source of field data into drafts, with a list of all submissions and numbers."""
    result = pull_field_data(
        run.source,
        run.settings,
        str(run.parameters["source"]),
        actor=run.owner,
        now=run.now,
        report_progress=run.report_progress,
    )
    counts = (
        (N_("New submissions: {count}."), result.new_count),
        (N_("Changed submissions: {count}."), result.changed_count),
        (N_("Deleted submissions: {count}."), result.deleted_count),
        (N_("Submissions not counted: {count}. The list gives the reasons."), result.unused_count),
        (N_("Drafts filled: {count}. Officers check and submit them."), result.draft_count),
        (N_("Numbers not put into drafts: {count}. The list gives the reasons."), result.unfilled_count),
    )
    files = (("submissions.csv", result.render_submissions()), ("numbers.csv", result.render_numbers()))
    return JobOutcome(
        messages=tuple(JobMessage(text, {"count": count}) for text, count in counts),
        links=((N_("Returns"), "/staff/returns"), (N_("Field data"), "/admin/field-data")),
        output_files=tuple(JobFile(name, _CSV_TYPE, text.encode()) for name, text in files),
    )


def handle_plan_check(run: JobRun) -> JobOutcome:
    """Check an uploaded plan workbook; its page shows the stored result."""
    sha256 = str(run.parameters["sha256"])
    check = check_stored_plan(run.source.engine, sha256, actor=run.owner, now=run.now)
    counts = ((N_("Errors: {count}."), check.error_count), (N_("Warnings: {count}."), check.warning_count))
    return JobOutcome(
        messages=tuple(JobMessage(text, {"count": count}) for text, count in counts),
        links=((N_("Show the result of the check"), f"/admin/plan/files/{sha256}"),),
    )


def handle_backup(run: JobRun) -> JobOutcome:
    """Write a backup into the folder of the settings."""
    result = back_up_to_folder(run.source.engine, run.settings, actor=run.owner, now=run.now)
    made = JobMessage(
        N_("Backup made on the server: {path}, {size}."), {"path": result.path.name, "size": format_size(result.size)}
    )
    deleted = JobMessage(N_("Older backups deleted: {count}."), {"count": result.deleted_count})
    return JobOutcome(messages=(made, deleted), links=((N_("Backups"), "/admin/backups"),))


HANDLERS: Mapping[str, Handler] = {
    "meeting-pack": handle_meeting_pack,
    "edition": handle_edition,
    "audit-csv": handle_audit_export,
    "backup": handle_backup,
    "field-data": handle_field_data,
    "plan-check": handle_plan_check,
    "returns-zip": handle_returns_zip,
}
"""The handler of every kind in `etl.jobs.queue.JOB_KINDS`."""
