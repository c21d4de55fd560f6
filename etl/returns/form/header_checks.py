"""The header of a form, which people can overwrite: its site, quarter and day against what the form is."""

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
from etl.returns.numbers import repr_text
from etl.returns.workbook.cells import CellData, CellKind

BUDDHIST_YEARS = range(2400, 2701)
BUDDHIST_ERA_OFFSET = 543
"""How many years earlier the Buddhist era began."""

_QUARTER_IN_KHMER = re.compile(r"ត្រីមាស(?:ទី)?([1-4])(?:ឆ្នាំ|/|-)?([0-9]{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", re.ASCII)
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?", re.ASCII)
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


@dataclass(frozen=True)
class PreparedDate:
    """The day that a form gives: in ISO form where it could be read, else as it was typed; and what there is to say."""

    text: str
    findings: tuple[Finding, ...] = ()


def check_site(table: FormTable, identity: FormIdentity, plan: Plan) -> Iterator[Finding]:
    """An error where the header names another site of the plan; a warning where it names none."""
    cell = table.fields.get(FieldTag.SITE)
    if cell is None or not cell.text.strip():
        return
    place = {"sheet": table.sheet.name, "cell": cell.address}
    named = _sites_named(plan, cell.text)
    if named and identity.site not in named:
        yield make_finding(
            "site-contradiction", **place, form_site=identity.site, place=cell.address, found=repr_text(cell.text)
        )
    elif not named:
        names = {_folded(name): name for site in plan.sites for name in (site.name.en, site.name.km, site.code) if name}
        near = get_close_matches(_folded(cell.text), list(names), n=1, cutoff=0)
        site = plan.site_by_code[identity.site].name
        nearest = names[near[0]] if near else site.en
        yield make_finding("site-misspelt", **place, suggestion=nearest, found=repr_text(cell.text), site=site)


def check_quarter(table: FormTable, identity: FormIdentity) -> Iterator[Finding]:
    """An error where the header names another quarter; a warning where it counts years as Buddhists do."""
    cell = table.fields.get(FieldTag.QUARTER)
    said = _find_quarter(cell.text) if cell is not None else None
    if cell is None or said is None:
        return
    place = {"sheet": table.sheet.name, "cell": cell.address}
    quarter = Quarter(said.year - BUDDHIST_ERA_OFFSET, said.number) if said.year in BUDDHIST_YEARS else said
    if quarter != identity.quarter:
        yield make_finding(
            "quarter-contradiction",
            **place,
            form_quarter=identity.quarter,
            place=cell.address,
            found=repr_text(cell.text),
        )
    elif quarter != said:
        yield make_finding("year-buddhist", **place, found=repr_text(cell.text), read=quarter)


def read_prepared_date(table: FormTable, *, days_from_1904: bool) -> PreparedDate:
    """The day on which the form says that it was filled in."""
    cell = table.fields.get(FieldTag.DATE)
    if cell is None or not cell.text.strip():
        return PreparedDate("")
    reader = _DAY_READERS.get(cell.kind)
    days, code = reader(cell, days_from_1904) if reader is not None else ((), "")
    place = {"sheet": table.sheet.name, "cell": cell.address}
    shown = repr_text(cell.text)
    if len(days) > 1:
        first, second = (day.isoformat() for day in days)
        ambiguous = make_finding(
            "date-ambiguous", **place, suggestion=f"{first} / {second}", found=shown, first=first, second=second
        )
        return PreparedDate(cell.text.strip(), (ambiguous,))
    if not days:
        return PreparedDate(cell.text.strip(), (make_finding("date-unreadable", **place, found=shown),))
    (day,) = days
    if day.year in BUDDHIST_YEARS:
        day, code = _of_our_era(day), "year-buddhist"
    read = day.isoformat()
    return PreparedDate(read, (make_finding(code, **place, found=shown, read=read),) if code else ())


def _day_of_date(cell: CellData, days_from_1904: bool) -> tuple[tuple[date, ...], str]:
    return _days(cell.text[:10].split("-")), ""


def _day_of_number(cell: CellData, days_from_1904: bool) -> tuple[tuple[date, ...], str]:
    """A day that a program keeps as a number, because its cell has no format of a day."""
    if not _SERIAL.fullmatch(cell.text):
        return (), ""
    epoch = _EPOCH_1904 if days_from_1904 else _EPOCH
    return (epoch + timedelta(days=int(float(cell.text))),), "date-as-text"


def _day_of_text(cell: CellData, days_from_1904: bool) -> tuple[tuple[date, ...], str]:
    text = fold_text(cell.text).text
    if year_first := _YEAR_FIRST.fullmatch(text):
        return _days(year_first.groups()), "date-as-text"
    if year_last := _YEAR_LAST.fullmatch(text):
        one, other, year = year_last.groups()
        return tuple(dict.fromkeys((*_days((year, other, one)), *_days((year, one, other))))), "date-as-text"
    return (), ""


_DAY_READERS = {
    CellKind.DATE: _day_of_date,
    CellKind.NUMBER: _day_of_number,
    CellKind.TEXT: _day_of_text,
}


def _days(parts: tuple[str, ...] | list[str]) -> tuple[date, ...]:
    """The day of year, month and day; none where there is no such day."""
    try:
        year, month, day = (int(part) for part in parts)
        return (date(year, month, day),)
    except ValueError:
        return ()


def _of_our_era(day: date) -> date:
    try:
        return day.replace(year=day.year - BUDDHIST_ERA_OFFSET)
    except ValueError:  # the 29th of February of a year that has none here
        return date(day.year - BUDDHIST_ERA_OFFSET, 2, 28)


def _sites_named(plan: Plan, text: str) -> frozenset[str]:
    """The codes of the sites that a text names exactly, in either language or both; two may share a name."""
    known = _codes_by_name(plan)
    pieces = (_folded(text), *(_folded(piece) for piece in text.split(" / ")))
    return frozenset(code for piece in pieces for code in known.get(piece, ()))


def _codes_by_name(plan: Plan) -> dict[str, set[str]]:
    """The codes of the sites by every name that one has."""
    if "site names" not in plan.cache:
        named: dict[str, set[str]] = {}
        said = [(site.code, name) for site in plan.sites for name in (site.code, site.name.en, site.name.km)]
        said += [(alias.site, alias.alias) for alias in plan.aliases if alias.site in plan.site_by_code]
        for code, name in said:
            if name:
                named.setdefault(_folded(name), set()).add(code)
        plan.cache["site names"] = named
    found: dict[str, set[str]] = plan.cache["site names"]
    return found


def _find_quarter(text: str) -> Quarter | None:
    folded = fold_text(text).text
    for piece in (folded, *folded.split(" / ")):
        in_khmer = _QUARTER_IN_KHMER.fullmatch(clean_key(piece))
        try:
            return Quarter(int(in_khmer[2]), int(in_khmer[1])) if in_khmer else parse_quarter(piece)
        except ValueError:
            continue
    return None


def _folded(text: str) -> str:
    return clean_key(text).casefold()
