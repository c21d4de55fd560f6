"""What does each kind of long work: a function that takes a job as it was started and gives back what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from etl.database.job_records import JobFile, JsonObject
from etl.database.records import AuditFilter
from etl.indicators.editions import parse_edition_id
from etl.jobs.queue import JobMessage
from etl.locale import N_
from etl.queries.data_source import DataSource
from etl.queries.editions import list_editions
from etl.settings import Settings
from etl.use_cases.reporting.audit_export import export_audit_log
from etl.use_cases.reporting.meeting_pack import make_pack, parse_pack_choice
from etl.use_cases.reporting.publish import publish_edition
from etl.use_cases.returns.upload_many import upload_zip


@dataclass(frozen=True, kw_only=True)
class JobRun:
    """A job that is being done. What it does must be safe to do again, since a worker may be stopped at any moment."""

    source: DataSource
    settings: Settings
    owner: str
    parameters: JsonObject
    input_files: tuple[JobFile, ...]
    report_progress: Callable[[int, int], None]
    """Says how many of how many steps are done; cheap to call often."""

    @property
    def now(self) -> datetime:
        return self.settings.now()


@dataclass(frozen=True, kw_only=True)
class JobOutcome:
    """What came of a job: sentences and links for its page, files to download."""

    messages: tuple[JobMessage, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """A text of the catalogue, and an address without the language's prefix."""
    output_files: tuple[JobFile, ...] = field(default=(), repr=False)

    def to_dict(self) -> dict[str, Any]:
        """What is stored of it beside the files."""
        told = [[one.text, dict(one.parameters)] for one in self.messages]
        return {"told": told, "links": [list(one) for one in self.links]}


Handler = Callable[[JobRun], JobOutcome]


def handle_audit_export(run: JobRun) -> JobOutcome:
    """The audit trail, or what is chosen of it, as a CSV file."""
    asked = run.parameters
    wanted = AuditFilter(
        actor=asked.get("who", ""),
        action=asked.get("act", ""),
        subject=asked.get("subject", ""),
        since=_moment(asked.get("since")),
        before=_moment(asked.get("before")),
    )
    found = export_audit_log(
        run.source.engine, wanted, actor=run.owner, now=run.now, report_progress=run.report_progress
    )
    name = f"audit-{run.now.date().isoformat()}.csv"
    return JobOutcome(
        messages=(JobMessage(N_("{count} acts were written."), {"count": found.event_count}),),
        output_files=(JobFile(name, "text/csv; charset=utf-8", found.text.encode()),),
    )


def handle_returns_zip(run: JobRun) -> JobOutcome:
    """Every return of a zip as a draft of the owner, and a table of what was found in each."""
    (given,) = run.input_files
    done = upload_zip(
        run.source.engine, given.data, actor=run.owner, clock=lambda: run.now, report_progress=run.report_progress
    )
    return JobOutcome(
        messages=(
            JobMessage(N_("{count} files are drafts now: open each and submit it."), {"count": done.draft_count}),
            JobMessage(N_("{count} files were here already."), {"count": done.unchanged_count}),
            JobMessage(N_("{count} files could not be taken; the table says why."), {"count": done.refused_count}),
            JobMessage(N_("{count} files are no workbooks and were left aside."), {"count": done.skipped_count}),
        ),
        links=((N_("Returns"), "/staff/returns"),),
        output_files=(JobFile("findings.csv", "text/csv; charset=utf-8", done.findings_csv.encode()),),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def handle_meeting_pack(run: JobRun) -> JobOutcome:
    """The report and the workbook of the choice that the job was started with."""
    made = make_pack(
        run.source, parse_pack_choice(run.parameters), today=run.now.date(), report_progress=run.report_progress
    )
    told = PACK_READY if made.is_pdf else PACK_READY_WITHOUT_PDF
    return JobOutcome(messages=(JobMessage(told, {}),), output_files=made.files)


def handle_edition(run: JobRun) -> JobOutcome:
    """The edition that was previewed; one that is there already, from a run that was cut off, is not made again."""
    name = str(run.parameters["edition"])
    found = parse_edition_id(name)
    told = JobMessage(N_("Edition {edition} is published."), {"edition": name})
    outcome = JobOutcome(messages=(told,), links=((N_("Editions"), "/editions"),))
    if found is None or any(line.id == name for line in list_editions(run.source)):
        return outcome
    steps = iter(range(1, 4))
    publish_edition(
        run.source,
        found[0],
        actor=run.owner,
        now=run.now,
        reason=str(run.parameters.get("reason", "")),
        public_url=run.settings.public_address,
        organisation=run.settings.iati_organisation,
        report_step=lambda words: run.report_progress(next(steps, 3), 4),
        expected_id=name,
    )
    return outcome


PACK_READY = N_("The report and the workbook are ready.")
PACK_READY_WITHOUT_PDF = N_(
    "Chromium is not installed on the server, so the report is a page to print from the browser; the workbook is ready."
)

HANDLERS: Mapping[str, Handler] = {
    "meeting-pack": handle_meeting_pack,
    "edition": handle_edition,
    "audit-csv": handle_audit_export,
    "returns-zip": handle_returns_zip,
}
"""Every kind of `etl.jobs.queue.KINDS` with what does it."""
