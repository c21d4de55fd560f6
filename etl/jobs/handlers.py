"""What does each kind of long work: a function that takes a job as it was started and gives back what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from etl.database.job_records import JobFile, Plain
from etl.database.records import AuditFilter
from etl.indicators.editions import parse_edition_id
from etl.jobs.queue import Told
from etl.locale.translations import to_say
from etl.queries.editions import list_editions
from etl.queries.source import Source
from etl.settings import Settings
from etl.use_cases.reporting.audit_export import export_audit
from etl.use_cases.reporting.meeting_pack import choice_of, make_pack
from etl.use_cases.reporting.publish import publish_edition
from etl.use_cases.returns.upload_many import upload_zip


@dataclass(frozen=True, kw_only=True)
class JobRun:
    """A job that is being done. What it does must be safe to do again, since a worker may be stopped at any moment."""

    source: Source
    settings: Settings
    owner: str
    parameters: Plain
    given: tuple[JobFile, ...]
    tell: Callable[[int, int], None]
    """Says how many of how many steps are done; cheap to call often."""

    @property
    def now(self) -> datetime:
        return self.settings.now()


@dataclass(frozen=True, kw_only=True)
class JobOutcome:
    """What came of a job: sentences and links for its page, files to download."""

    told: tuple[Told, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """A text of the catalogue, and an address without the language's prefix."""
    made: tuple[JobFile, ...] = field(default=(), repr=False)

    def as_plain(self) -> dict[str, Any]:
        """What is stored of it beside the files."""
        told = [[one.text, dict(one.parameters)] for one in self.told]
        return {"told": told, "links": [list(one) for one in self.links]}


Handler = Callable[[JobRun], JobOutcome]


def take_audit_out(run: JobRun) -> JobOutcome:
    """The audit trail, or what is chosen of it, as a CSV file."""
    asked = run.parameters
    wanted = AuditFilter(
        who=asked.get("who", ""),
        act=asked.get("act", ""),
        subject=asked.get("subject", ""),
        since=_moment(asked.get("since")),
        before=_moment(asked.get("before")),
    )
    found = export_audit(run.source.engine, wanted, who=run.owner, now=run.now, tell=run.tell)
    name = f"audit-{run.now.date().isoformat()}.csv"
    return JobOutcome(
        told=(Told(to_say("{count} acts were written."), {"count": found.events}),),
        made=(JobFile(name, "text/csv; charset=utf-8", found.text.encode()),),
    )


def take_returns_in(run: JobRun) -> JobOutcome:
    """Every return of a zip as a draft of the owner, and a table of what was found in each."""
    (given,) = run.given
    done = upload_zip(run.source.engine, given.data, who=run.owner, now=lambda: run.now, tell=run.tell)
    return JobOutcome(
        told=(
            Told(to_say("{count} files are drafts now: open each and submit it."), {"count": done.drafts}),
            Told(to_say("{count} files were here already."), {"count": done.unchanged}),
            Told(to_say("{count} files could not be taken; the table says why."), {"count": done.refused}),
            Told(to_say("{count} files are no workbooks and were left aside."), {"count": done.left_out}),
        ),
        links=((to_say("Returns"), "/staff/returns"),),
        made=(JobFile("findings.csv", "text/csv; charset=utf-8", done.table.encode()),),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def make_meeting_pack(run: JobRun) -> JobOutcome:
    """The report and the workbook of the choice that the job was started with."""
    made = make_pack(run.source, choice_of(run.parameters), today=run.now.date(), tell=run.tell)
    told = PACK_IS_MADE if made.is_pdf else PACK_WITHOUT_PDF
    return JobOutcome(told=(Told(told, {}),), made=made.files)


def publish(run: JobRun) -> JobOutcome:
    """The edition that was previewed; one that is there already, from a run that was cut off, is not made again."""
    name = str(run.parameters["edition"])
    found = parse_edition_id(name)
    told = Told(to_say("Edition {edition} is published."), {"edition": name})
    outcome = JobOutcome(told=(told,), links=((to_say("Editions"), "/editions"),))
    if found is None or any(line.id == name for line in list_editions(run.source)):
        return outcome
    steps = iter(range(1, 4))
    publish_edition(
        run.source,
        found[0],
        who=run.owner,
        now=run.now,
        reason=str(run.parameters.get("reason", "")),
        public_url=run.settings.public_address,
        organisation=run.settings.iati_organisation,
        step=lambda words: run.tell(next(steps, 3), 4),
        expected=name,
    )
    return outcome


PACK_IS_MADE = to_say("The report and the workbook are ready.")
PACK_WITHOUT_PDF = to_say(
    "Chromium is not installed on the server, so the report is a page to print from the browser; the workbook is ready."
)

HANDLERS: Mapping[str, Handler] = {
    "meeting-pack": make_meeting_pack,
    "edition": publish,
    "audit-csv": take_audit_out,
    "returns-zip": take_returns_in,
}
"""Every kind of `etl.jobs.queue.KINDS` with what does it."""
