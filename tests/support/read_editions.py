"""Reads back what an edition was stored as: the numbers of its pages, and its downloads as figures."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

from openpyxl import load_workbook

from etl.indicators.editions import EditionContents, EditionFigure, FigureKey, parse_period
from tests.support.core_and_oracle import simplify_amount
from tests.support.reference_arithmetic import reference_figure, reference_part

FIGURE_FIELDS = [one.name for one in fields(EditionFigure) if one.name != "key"]
KEY_FIELDS = ("indicator", "part", "site", "period")
FigureFields = dict[FigureKey, dict[str, object]]


class NumberParser(HTMLParser):
    """The numbers of a page: which figure's they are, their exact value, and how they are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: list[tuple[str, str, str]] = []
        self._open: tuple[str, str] | None = None

    def handle_starttag(self, tag, attributes):
        if tag == "data":
            named = dict(attributes)
            self._open = (named["data-f"], named["value"])

    def handle_data(self, text):
        if self._open:
            self.numbers.append((*self._open, text))
            self._open = None


def parse_numbers(page: str) -> list[tuple[str, str, str]]:
    reader = NumberParser()
    reader.feed(page)
    return reader.numbers


def index_figures(figures: tuple[EditionFigure, ...]) -> FigureFields:
    """An edition's figures, to be compared with what was read."""
    return {one.key: {name: getattr(one, name) for name in FIGURE_FIELDS} for one in figures}


def make_figure_key(row: dict[str, Any]) -> FigureKey:
    return FigureKey(*(str(row[name] or "") for name in KEY_FIELDS))


def parse_csv_row(row: dict[str, str]) -> dict[str, object]:
    """A row of the CSV file as the types of a figure."""
    found: dict[str, object] = {}
    for name in FIGURE_FIELDS:
        text = row[name]
        if name in ("value", "numerator", "denominator", "target", "baseline", "share"):
            found[name] = Decimal(text) if text else None
        elif name in ("reported", "expected", "carried", "not_collected"):
            found[name] = int(text)
        else:
            found[name] = text == "true" if name == "over_target" else text
    return found


def read_csv(data: bytes) -> FigureFields:
    rows = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return {make_figure_key(row): parse_csv_row(row) for row in rows}


def read_json(data: bytes) -> FigureFields:
    answer = json.loads(data, parse_float=Decimal, parse_int=Decimal)
    return {make_figure_key(row): {name: row[name] for name in FIGURE_FIELDS} for row in answer["figures"]}


def read_workbook(data: bytes) -> FigureFields:
    """The sheet of all figures; numbers as a spreadsheet holds them."""
    head, *rows = load_workbook(io.BytesIO(data), read_only=True).worksheets[2].iter_rows(values_only=True)
    named = [dict(zip(head, row, strict=True)) for row in rows]
    return {make_figure_key(row): {name: row[name] for name in FIGURE_FIELDS} for row in named}


def read_iati(data: bytes, book: EditionContents) -> dict[tuple[str, str, str, str, str], Decimal]:
    found = {}
    whole_plan = f"{book.plan.settings.first_year}-01-01", f"{book.plan.settings.last_year}-12-31"
    for indicator in ElementTree.fromstring(data).iter("indicator"):
        code = indicator.findtext("title/narrative", "").split()[0]
        for period in indicator.iter("period"):
            days = period.find("period-start").get("iso-date"), period.find("period-end").get("iso-date")
            name = "plan" if days == whole_plan else days[0][:4]
            for value in (*period.iter("target"), *period.iter("actual")):
                dimension, location = value.find("dimension"), value.find("location")
                part = "" if dimension is None else f"{dimension.get('name')}/{dimension.get('value')}"
                site = "" if location is None else location.get("ref")
                key = (code, part, site, name, value.tag)
                assert key not in found
                found[key] = Decimal(value.get("value"))
    return found


def iterate_files(path: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The file itself, and whatever is packed into it: zip files and workbooks, in any depth."""
    yield path, data
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from iterate_files(f"{path}!{name}", archive.read(name))


def oracle_differences(figure: EditionFigure, plans, returns, today) -> list[str]:
    """Where a figure, with its true number, is not what the slow oracle makes of the returns."""
    key = figure.key
    sites = (key.site,) if key.site else None
    question = {"indicator": key.indicator, "sites": sites, "period": parse_period(key.period), "today": today}
    if key.part:
        amount = reference_part(plans, returns, part=key.part, **question).amount
        wanted = {"value": _exact(amount)}
        return _differences(figure, {"value": simplify_amount(figure.value)}, wanted)
    found = reference_figure(plans, returns, **question)
    amount = found.actual.amount
    told = {
        "value": simplify_amount(figure.value),
        "state": figure.state,
        "rating": figure.rating,
        "reported": figure.reported,
        "expected": figure.expected,
        "target": simplify_amount(figure.target),
    }
    wanted = {
        "value": _exact(amount),
        "state": "value" if isinstance(amount, Fraction | Decimal) else str(amount),
        "rating": str(found.rating),
        "reported": found.actual.reported,
        "expected": found.actual.expected,
        "target": _exact(found.target),
    }
    return _differences(figure, told, wanted)


def _exact(amount: object) -> object:
    return simplify_amount(amount) if isinstance(amount, Fraction | Decimal) else None


def _differences(one: EditionFigure, told: dict[str, object], wanted: dict[str, object]) -> list[str]:
    return [f"{one.key} {name}: {told[name]} for {wanted[name]}" for name in told if told[name] != wanted[name]]
