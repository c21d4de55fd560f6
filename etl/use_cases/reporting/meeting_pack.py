"""Build the meeting pack: a report to print and a workbook."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from etl.database.job_records import JobFile
from etl.exports.pack_workbook import render_pack_workbook
from etl.indicators.periods import Period, PlanToDate, find_period, make_period_key
from etl.indicators.selected_sites import select_places
from etl.locale import LANGUAGES, Locale, get_locale
from etl.publication.khmer_font import WOFF2, read_khmer_font
from etl.publication.pack_page import render_pack_page
from etl.publication.print_pdf import find_chromium, print_pdf
from etl.queries.data_source import DataSource
from etl.queries.meeting_pack import MeetingPack, get_meeting_pack
from etl.queries.plan_version_snapshot import find_plan_version_snapshot
from etl.queries.scope import QueryScope

_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STEP_COUNT = 4


@dataclass(frozen=True, kw_only=True)
class PackChoice:
    """The contents of a pack; serialized as the parameters of a job."""

    period: Period = PlanToDate()
    sites: tuple[str, ...] = ()
    """The codes of the chosen sites and provinces; all sites without one."""
    programme: str = ""
    objectives: tuple[str, ...] = ()
    """The codes of the chosen objectives; all without one."""
    include_unapproved: bool = True
    plan_version: int | None = None
    language: str = "en"

    @property
    def locale(self) -> Locale:
        return get_locale(self.language)

    def to_dict(self) -> dict[str, Any]:
        """Return the choice as JSON-serializable parameters of a job."""
        return {
            **vars(self),
            "period": make_period_key(self.period),
            "sites": list(self.sites),
            "objectives": list(self.objectives),
        }


def parse_pack_choice(parameters: Mapping[str, Any]) -> PackChoice:
    """Return the choice stored in a job's parameters. Missing parameters have their defaults.

    Jobs of earlier releases have one `objective`.
    """
    language = str(parameters.get("language", "en"))
    return PackChoice(
        period=find_period(str(parameters.get("period", ""))) or PlanToDate(),
        sites=tuple(str(site) for site in parameters.get("sites", ())),
        programme=str(parameters.get("programme", "")),
        objectives=tuple(str(code) for code in parameters.get("objectives", [parameters.get("objective")]) if code),
        include_unapproved=bool(parameters.get("include_unapproved", True)),
        plan_version=parameters.get("plan_version"),
        language=language if language in LANGUAGES else "en",
    )


@dataclass(frozen=True)
class PackFiles:
    """The report and the workbook. The report is a PDF, or without Chromium an HTML page to print."""

    files: tuple[JobFile, ...]
    is_pdf: bool


def make_pack(
    source: DataSource,
    choice: PackChoice,
    *,
    today: date,
    chromium: str | None = None,
    report_progress: Callable[[int, int], None] = lambda done, total: None,
) -> PackFiles:
    """Build the files of a pack.

    `chromium` is the program that prints the PDF: None for the installed one, an empty string for none. Raises
    NoPlanError before a plan is loaded, and PrintError when Chromium fails.
    """
    pack = gather_pack(source, choice, today=today)
    report_progress(1, _STEP_COUNT)
    name = f"meeting-pack-{today.isoformat()}-{choice.language}"
    workbook = JobFile(f"{name}.xlsx", _WORKBOOK_TYPE, render_pack_workbook(pack, locale=choice.locale))
    report_progress(2, _STEP_COUNT)
    printer = find_chromium() if chromium is None else chromium
    page = render_pack_page(
        pack, choice.locale, style=_make_font_rule(), bar="" if printer else explain_printing(choice.locale)
    )
    report_progress(3, _STEP_COUNT)
    if printer:
        report = JobFile(f"{name}.pdf", "application/pdf", print_pdf(page, printer))
    else:
        report = JobFile(f"{name}.html", "text/html; charset=utf-8", page.encode())
    report_progress(4, _STEP_COUNT)
    return PackFiles((report, workbook), bool(printer))


def gather_pack(source: DataSource, choice: PackChoice, *, today: date) -> MeetingPack:
    """Query the figures, remarks and actions of a pack."""
    version_snapshot = None
    if choice.plan_version is not None:
        version_snapshot = find_plan_version_snapshot(source, choice.plan_version)
    snapshot = version_snapshot or source.get_snapshot()
    scope = QueryScope(
        snapshot=snapshot,
        today=today,
        period=choice.period,
        sites=select_places(snapshot.plans, choice.sites) or None,
        programme=choice.programme,
        include_unapproved=choice.include_unapproved,
        plan_version=choice.plan_version if version_snapshot else None,
    )
    return get_meeting_pack(source, scope, objectives=choice.objectives)


def explain_printing(locale: Locale) -> str:
    """Return the note on printing above a report that is not a PDF."""
    return locale.gettext(
        "Print this report from the browser on A4, or save it as a PDF. "
        "With Chromium on the server, the report is made as a PDF."
    )


def _make_font_rule() -> str:
    """Return a CSS rule that embeds the Khmer font, so that the print doesn't depend on installed fonts."""
    data, kind = read_khmer_font()
    address = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    # The WOFF2 font has one weight, from which Chromium synthesizes bold; the other font has all weights.
    weight = "400" if kind == WOFF2 else "100 900"
    return (
        f'@font-face {{ font-family: "Noto Sans Khmer"; font-weight: {weight}; unicode-range: U+1780-17FF, '
        f'U+19E0-19FF, U+200B-200D, U+25CC; src: url("{address}"); }}\n'
    )
