"""The meeting pack as files: a report to print and a workbook, of one choice, as things stand now."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from etl.database.job_records import JobFile
from etl.exports.pack_workbook import pack_workbook
from etl.indicators.periods import Period, PlanToDate, find_period, period_key
from etl.locale.translations import LANGUAGES, speak
from etl.publication.khmer_font import WOFF2, khmer_font
from etl.publication.pack_page import pack_page
from etl.publication.print_pdf import find_chromium, print_pdf
from etl.queries.asking import Asking
from etl.queries.judged_by import snapshot_judged_by
from etl.queries.meeting_pack import MeetingPack, meeting_pack
from etl.queries.source import Source

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

    def as_plain(self) -> dict[str, Any]:
        return {**vars(self), "period": period_key(self.period), "sites": list(self.sites)}


def choice_of(plain: Mapping[str, Any]) -> PackChoice:
    """The choice that a job's parameters hold; what they don't say is as usual."""
    language = str(plain.get("language", "en"))
    return PackChoice(
        period=find_period(str(plain.get("period", ""))) or PlanToDate(),
        sites=tuple(str(one) for one in plain.get("sites", ())),
        programme=str(plain.get("programme", "")),
        objective=str(plain.get("objective", "")),
        include_unapproved=bool(plain.get("include_unapproved", True)),
        plan_version=plain.get("plan_version"),
        language=language if language in LANGUAGES else "en",
    )


@dataclass(frozen=True)
class MadePack:
    """The files, and whether the report is a PDF or, without Chromium, the page that a browser prints."""

    files: tuple[JobFile, ...]
    is_pdf: bool


def make_pack(
    source: Source,
    choice: PackChoice,
    *,
    today: date,
    chromium: str | None = None,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> MadePack:
    """The pack's files. `chromium` prints the PDF; None: the one that is installed, blank: none.

    NoPlanError before a plan is loaded; PrintError when Chromium is there and makes no PDF.
    """
    pack = gather_pack(source, choice, today=today)
    tell(1, _STEPS)
    name = f"meeting-pack-{today.isoformat()}-{choice.language}"
    workbook = JobFile(f"{name}.xlsx", _WORKBOOK, pack_workbook(pack, language=choice.language))
    tell(2, _STEPS)
    printer = find_chromium() if chromium is None else chromium
    page = pack_page(pack, choice.language, style=_font_rule(), bar="" if printer else how_to_print(choice.language))
    tell(3, _STEPS)
    if printer:
        report = JobFile(f"{name}.pdf", "application/pdf", print_pdf(page, printer))
    else:
        report = JobFile(f"{name}.html", "text/html; charset=utf-8", page.encode())
    tell(4, _STEPS)
    return MadePack((report, workbook), bool(printer))


def gather_pack(source: Source, choice: PackChoice, *, today: date) -> MeetingPack:
    """What the files are made from."""
    judged = None if choice.plan_version is None else snapshot_judged_by(source, choice.plan_version)
    asking = Asking(
        snapshot=judged or source.get_snapshot(),
        today=today,
        period=choice.period,
        sites=choice.sites or None,
        programme=choice.programme,
        include_unapproved=choice.include_unapproved,
        plan_version=choice.plan_version if judged else None,
    )
    return meeting_pack(source, asking, objective=choice.objective)


def how_to_print(language: str) -> str:
    """What stands above a report that no Chromium has printed."""
    return speak(language)(
        "This is the report itself: print it from the browser, on A4, or save it as PDF there. "
        "It comes as a PDF by itself where Chromium is installed on the server."
    )


def _font_rule() -> str:
    """The Khmer font within the page, so that it prints alike on a machine without any."""
    data, kind = khmer_font()
    address = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    # The light font has one weight, which the printer makes bold by itself; the other one holds them all.
    weight = "400" if kind == WOFF2 else "100 900"
    return (
        f'@font-face {{ font-family: "Noto Sans Khmer"; font-weight: {weight}; unicode-range: U+1780-17FF, '
        f'U+19E0-19FF, U+200B-200D, U+25CC; src: url("{address}"); }}\n'
    )
