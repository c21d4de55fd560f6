"""The meeting pack as files: a report to print and a workbook, of one choice, as things stand now."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from etl.database.job_records import JobFile
from etl.exports.pack_workbook import render_pack_workbook
from etl.indicators.periods import Period, PlanToDate, find_period, period_key
from etl.locale import LANGUAGES, Locale, get_locale
from etl.publication.khmer_font import WOFF2, read_khmer_font
from etl.publication.pack_page import render_pack_page
from etl.publication.print_pdf import find_chromium, print_pdf
from etl.queries.data_source import DataSource
from etl.queries.meeting_pack import MeetingPack, get_meeting_pack
from etl.queries.plan_version_snapshot import find_plan_version_snapshot
from etl.queries.scope import QueryScope

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STEPS = 4


@dataclass(frozen=True, kw_only=True)
class PackChoice:
    """What the pack is of; it goes through a job's parameters and back."""

    period: Period = PlanToDate()
    sites: tuple[str, ...] = ()
    programme: str = ""
    objective: str = ""
    include_unapproved: bool = True
    plan_version: int | None = None
    language: str = "en"

    @property
    def locale(self) -> Locale:
        return get_locale(self.language)

    def to_dict(self) -> dict[str, Any]:
        return {**vars(self), "period": period_key(self.period), "sites": list(self.sites)}


def parse_pack_choice(parameters: Mapping[str, Any]) -> PackChoice:
    """The choice that a job's parameters hold; what they don't say is as usual."""
    language = str(parameters.get("language", "en"))
    return PackChoice(
        period=find_period(str(parameters.get("period", ""))) or PlanToDate(),
        sites=tuple(str(one) for one in parameters.get("sites", ())),
        programme=str(parameters.get("programme", "")),
        objective=str(parameters.get("objective", "")),
        include_unapproved=bool(parameters.get("include_unapproved", True)),
        plan_version=parameters.get("plan_version"),
        language=language if language in LANGUAGES else "en",
    )


@dataclass(frozen=True)
class PackFiles:
    """The files, and whether the report is a PDF or, without Chromium, the page that a browser prints."""

    files: tuple[JobFile, ...]
    is_pdf: bool


def make_pack(
    source: DataSource,
    choice: PackChoice,
    *,
    today: date,
    chromium: str | None = None,
    report_progress: Callable[[int, int], None] = lambda done, of: None,
) -> PackFiles:
    """The pack's files. `chromium` prints the PDF; None: the one that is installed, blank: none.

    NoPlanError before a plan is loaded; PrintError when Chromium is there and makes no PDF.
    """
    pack = gather_pack(source, choice, today=today)
    report_progress(1, _STEPS)
    name = f"meeting-pack-{today.isoformat()}-{choice.language}"
    workbook = JobFile(f"{name}.xlsx", _WORKBOOK, render_pack_workbook(pack, locale=choice.locale))
    report_progress(2, _STEPS)
    printer = find_chromium() if chromium is None else chromium
    page = render_pack_page(
        pack, choice.locale, style=_font_rule(), bar="" if printer else explain_printing(choice.locale)
    )
    report_progress(3, _STEPS)
    if printer:
        report = JobFile(f"{name}.pdf", "application/pdf", print_pdf(page, printer))
    else:
        report = JobFile(f"{name}.html", "text/html; charset=utf-8", page.encode())
    report_progress(4, _STEPS)
    return PackFiles((report, workbook), bool(printer))


def gather_pack(source: DataSource, choice: PackChoice, *, today: date) -> MeetingPack:
    """What the files are made from."""
    judged = None if choice.plan_version is None else find_plan_version_snapshot(source, choice.plan_version)
    asking = QueryScope(
        snapshot=judged or source.get_snapshot(),
        today=today,
        period=choice.period,
        sites=choice.sites or None,
        programme=choice.programme,
        include_unapproved=choice.include_unapproved,
        plan_version=choice.plan_version if judged else None,
    )
    return get_meeting_pack(source, asking, objective=choice.objective)


def explain_printing(locale: Locale) -> str:
    """What stands above a report that no Chromium has printed."""
    return locale.gettext(
        "This is the report itself: print it from the browser, on A4, or save it as PDF there. "
        "It comes as a PDF by itself where Chromium is installed on the server."
    )


def _font_rule() -> str:
    """The Khmer font within the page, so that it prints alike on a machine without any."""
    data, kind = read_khmer_font()
    address = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    # The light font has one weight, which the printer makes bold by itself; the other one holds them all.
    weight = "400" if kind == WOFF2 else "100 900"
    return (
        f'@font-face {{ font-family: "Noto Sans Khmer"; font-weight: {weight}; unicode-range: U+1780-17FF, '
        f'U+19E0-19FF, U+200B-200D, U+25CC; src: url("{address}"); }}\n'
    )
