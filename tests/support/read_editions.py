"""Read the pages and downloads of an edition back as numbers and figures."""

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
from etl.indicators.selected_sites import select_places
from tests.support.core_and_oracle import simplify_amount
from tests.support.reference_arithmetic import compute_reference_figure, compute_reference_part

FIGURE_FIELDS = [field.name for field in fields(EditionFigure) if field.name != "key"]
KEY_FIELDS = ("indicator", "part", "site", "period")
FigureFields = dict[FigureKey, dict[str, object]]


class NumberParser(HTMLParser):
    """Collect the numbers of a page: figure key, exact value and displayed text."""

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
    """Return the figures by key, for comparison with a download."""
    return {figure.key: {name: getattr(figure, name) for name in FIGURE_FIELDS} for figure in figures}


def make_figure_key(row: dict[str, Any]) -> FigureKey:
    return FigureKey(*(str(row[name] or "") for name in KEY_FIELDS))


def parse_csv_row(row: dict[str, str]) -> dict[str, object]:
    """Return the values of a CSV row with the types of a figure."""
    values: dict[str, object] = {}
    for name in FIGURE_FIELDS:
        text = row[name]
        if name in ("value", "numerator", "denominator", "target", "baseline", "share"):
            values[name] = Decimal(text) if text else None
        elif name in ("reported", "expected", "carried", "not_collected"):
            values[name] = int(text)
        else:
            values[name] = text == "true" if name == "over_target" else text
    return values


def read_csv(data: bytes) -> FigureFields:
    rows = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return {make_figure_key(row): parse_csv_row(row) for row in rows}


def read_json(data: bytes) -> FigureFields:
    response = json.loads(data, parse_float=Decimal, parse_int=Decimal)
    return {make_figure_key(row): {name: row[name] for name in FIGURE_FIELDS} for row in response["figures"]}


def read_workbook(data: bytes) -> FigureFields:
    """Return the rows of the sheet of all figures, with numbers as the spreadsheet stores them."""
    head, *rows = load_workbook(io.BytesIO(data), read_only=True).worksheets[2].iter_rows(values_only=True)
    named = [dict(zip(head, row, strict=True)) for row in rows]
    return {make_figure_key(row): {name: row[name] for name in FIGURE_FIELDS} for row in named}


def read_iati(data: bytes, book: EditionContents) -> dict[tuple[str, str, str, str, str], Decimal]:
    values = {}
    whole_plan = f"{book.plan.settings.first_year}-01-01", f"{book.plan.settings.last_year}-12-31"
    for indicator in ElementTree.fromstring(data).iter("indicator"):
        code, _, own_part = indicator.findtext("title/narrative", "").split()[0].partition("/")
        for period in indicator.iter("period"):
            days = period.find("period-start").get("iso-date"), period.find("period-end").get("iso-date")
            name = "plan" if days == whole_plan else days[0][:4]
            for value in (*period.iter("target"), *period.iter("actual")):
                dimension, location = value.find("dimension"), value.find("location")
                part = own_part if dimension is None else f"{dimension.get('name')}/{dimension.get('value')}"
                site = "" if location is None else location.get("ref")
                key = (code, part, site, name, value.tag)
                assert key not in values
                values[key] = Decimal(value.get("value"))
    return values


def iterate_files(path: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the file and the members of ZIP files and workbooks, at any depth."""
    yield path, data
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from iterate_files(f"{path}!{name}", archive.read(name))


def list_oracle_differences(figure: EditionFigure, plans, returns, today) -> list[str]:
    """List the differences between a figure with its true number and the oracle's result."""
    key = figure.key
    sites = select_places(plans, [key.site]) if key.site else None
    query = {"indicator": key.indicator, "sites": sites, "period": parse_period(key.period), "today": today}
    if key.part:
        amount = compute_reference_part(plans, returns, part=key.part, **query).amount
        expected = {"value": _make_exact(amount)}
        return _list_differences(figure, {"value": simplify_amount(figure.value)}, expected)
    oracle = compute_reference_figure(plans, returns, **query)
    amount = oracle.actual.amount
    actual = {
        "value": simplify_amount(figure.value),
        "state": figure.state,
        "rating": figure.rating,
        "reported": figure.reported,
        "expected": figure.expected,
        "target": simplify_amount(figure.target),
    }
    expected = {
        "value": _make_exact(amount),
        "state": "value" if isinstance(amount, Fraction | Decimal) else str(amount),
        "rating": str(oracle.rating),
        "reported": oracle.actual.reported,
        "expected": oracle.actual.expected,
        "target": _make_exact(oracle.target),
    }
    return _list_differences(figure, actual, expected)


def _make_exact(amount: object) -> object:
    return simplify_amount(amount) if isinstance(amount, Fraction | Decimal) else None


def _list_differences(figure: EditionFigure, actual: dict[str, object], expected: dict[str, object]) -> list[str]:
    return [
        f"{figure.key} {name}: {actual[name]} for {expected[name]}" for name in actual if actual[name] != expected[name]
    ]
