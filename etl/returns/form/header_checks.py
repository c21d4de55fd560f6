"""Check the header of a form, which people can overwrite, against the identity of the form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches

from etl.indicators.periods import Quarter, parse_quarter
from etl.indicators.plans import Plan
from etl.returns.digits import fold_text
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.find_form import FormTable, clean_key
from etl.returns.form_identity import FieldTag, FormIdentity
from etl.returns.numbers import shorten_text
from etl.returns.workbook.cells import CellData, CellKind

BUDDHIST_YEARS = range(2400, 2701)
BUDDHIST_ERA_OFFSET = 543
"""Years between the Buddhist and the common era."""

_QUARTER_IN_KHMER = re.compile(r"ត្រីមាស(?:ទី)?([1-4])(?:ឆ្នាំ|/|-)?([0-9]{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", re.ASCII)
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?", re.ASCII)
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


@dataclass(frozen=True)
class PreparedDate:
    """The date in the header: in ISO format if it could be read, otherwise as typed, with its findings."""

    text: str
    findings: tuple[Finding, ...] = ()


def check_site(table: FormTable, identity: FormIdentity, plan: Plan) -> Iterator[Finding]:
    """Yield an error if the header names another site, a warning if it names no site of the plan."""
    cell = table.fields.get(FieldTag.SITE)
    if cell is None or not cell.text.strip():
        return
    location = {"sheet": table.sheet.name, "cell": cell.address}
    codes = _find_site_codes(plan, cell.text)
    if codes and identity.site not in codes:
        yield make_finding(
            "site-contradiction", **location, form_site=identity.site, place=cell.address, found=shorten_text(cell.text)
        )
    elif not codes:
        names = {_fold(name): name for site in plan.sites for name in (site.name.en, site.name.km, site.code) if name}
        matches = get_close_matches(_fold(cell.text), list(names), n=1, cutoff=0)
        site = plan.site_by_code[identity.site].name
        nearest = names[matches[0]] if matches else site.en
        yield make_finding("site-misspelt", **location, suggestion=nearest, found=shorten_text(cell.text), site=site)


def check_quarter(table: FormTable, identity: FormIdentity) -> Iterator[Finding]:
    """Yield an error if the header names another quarter, a warning if its year is in the Buddhist era."""
    cell = table.fields.get(FieldTag.QUARTER)
    written_quarter = _parse_quarter(cell.text) if cell is not None else None
    if cell is None or written_quarter is None:
        return
    location = {"sheet": table.sheet.name, "cell": cell.address}
    quarter = (
        Quarter(written_quarter.year - BUDDHIST_ERA_OFFSET, written_quarter.number)
        if written_quarter.year in BUDDHIST_YEARS
        else written_quarter
    )
    if quarter != identity.quarter:
        yield make_finding(
            "quarter-contradiction",
            **location,
            form_quarter=identity.quarter,
            place=cell.address,
            found=shorten_text(cell.text),
        )
    elif quarter != written_quarter:
        yield make_finding("year-buddhist", **location, found=shorten_text(cell.text), read=quarter)


def read_prepared_date(table: FormTable, *, days_from_1904: bool) -> PreparedDate:
    """Return the date in the header on which the form was filled in."""
    cell = table.fields.get(FieldTag.DATE)
    if cell is None or not cell.text.strip():
        return PreparedDate("")
    reader = _DAY_READERS.get(cell.kind)
    days, code = reader(cell, days_from_1904) if reader is not None else ((), "")
    location = {"sheet": table.sheet.name, "cell": cell.address}
    quoted_text = shorten_text(cell.text)
    if len(days) > 1:
        first, second = (day.isoformat() for day in days)
        ambiguous = make_finding(
            "date-ambiguous",
            **location,
            suggestion=f"{first} / {second}",
            found=quoted_text,
            first=first,
            second=second,
        )
        return PreparedDate(cell.text.strip(), (ambiguous,))
    if not days:
        return PreparedDate(cell.text.strip(), (make_finding("date-unreadable", **location, found=quoted_text),))
    (day,) = days
    if day.year in BUDDHIST_YEARS:
        day, code = _convert_to_common_era(day), "year-buddhist"
    iso_day = day.isoformat()
    return PreparedDate(iso_day, (make_finding(code, **location, found=quoted_text, read=iso_day),) if code else ())


def _read_date_cell(cell: CellData, days_from_1904: bool) -> tuple[tuple[date, ...], str]:
    return _make_days(cell.text[:10].split("-")), ""


def _read_number_cell(cell: CellData, days_from_1904: bool) -> tuple[tuple[date, ...], str]:
    """Read a date stored as a serial number in a cell without a date format."""
    if not _SERIAL.fullmatch(cell.text):
        return (), ""
    epoch = _EPOCH_1904 if days_from_1904 else _EPOCH
    return (epoch + timedelta(days=int(float(cell.text))),), "date-as-text"


def _read_text_cell(cell: CellData, days_from_1904: bool) -> tuple[tuple[date, ...], str]:
    text = fold_text(cell.text).text
    if year_first := _YEAR_FIRST.fullmatch(text):
        return _make_days(year_first.groups()), "date-as-text"
    if year_last := _YEAR_LAST.fullmatch(text):
        first, second, year = year_last.groups()
        return tuple(
            dict.fromkeys((*_make_days((year, second, first)), *_make_days((year, first, second))))
        ), "date-as-text"
    return (), ""


_DAY_READERS = {CellKind.DATE: _read_date_cell, CellKind.NUMBER: _read_number_cell, CellKind.TEXT: _read_text_cell}


def _make_days(parts: tuple[str, ...] | list[str]) -> tuple[date, ...]:
    """Return the date of a year, month and day; an empty tuple if it does not exist."""
    try:
        year, month, day = (int(part) for part in parts)
        return (date(year, month, day),)
    except ValueError:
        return ()


def _convert_to_common_era(day: date) -> date:
    try:
        return day.replace(year=day.year - BUDDHIST_ERA_OFFSET)
    except ValueError:  # 29 February, which the year in the common era does not have
        return date(day.year - BUDDHIST_ERA_OFFSET, 2, 28)


def _find_site_codes(plan: Plan, text: str) -> frozenset[str]:
    """Return the codes of the sites that a text names in either language or both. Names may be shared."""
    codes_by_name = _get_codes_by_name(plan)
    pieces = (_fold(text), *(_fold(piece) for piece in text.split(" / ")))
    return frozenset(code for piece in pieces for code in codes_by_name.get(piece, ()))


def _get_codes_by_name(plan: Plan) -> dict[str, set[str]]:
    """Return the codes of sites by name and alias, cached on the plan."""
    if "site names" not in plan.cache:
        codes_by_name: dict[str, set[str]] = {}
        names = [(site.code, name) for site in plan.sites for name in (site.code, site.name.en, site.name.km)]
        names += [(alias.site, alias.alias) for alias in plan.aliases if alias.site in plan.site_by_code]
        for code, name in names:
            if name:
                codes_by_name.setdefault(_fold(name), set()).add(code)
        plan.cache["site names"] = codes_by_name
    cached: dict[str, set[str]] = plan.cache["site names"]
    return cached


def _parse_quarter(text: str) -> Quarter | None:
    folded_text = fold_text(text).text
    for piece in (folded_text, *folded_text.split(" / ")):
        khmer_match = _QUARTER_IN_KHMER.fullmatch(clean_key(piece))
        try:
            return Quarter(int(khmer_match[2]), int(khmer_match[1])) if khmer_match else parse_quarter(piece)
        except ValueError:
            continue
    return None


def _fold(text: str) -> str:
    return clean_key(text).casefold()
