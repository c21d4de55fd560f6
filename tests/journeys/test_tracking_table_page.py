"""The page of the tracking table equals the core's table, in each order and with filters, and so do its files."""

import csv
import io
import re
from datetime import date, datetime
from decimal import Decimal

import lxml.html
import pytest
from openpyxl import load_workbook

from etl.exports.tracking_rows import make_tracking_cell
from etl.indicators.periods import Years
from etl.indicators.vocabulary import PARTICIPATIONS
from etl.locale import LANGUAGES, get_locale
from etl.queries.data_source import open_data_source
from etl.queries.scope import QueryScope
from etl.queries.tracking_table import ColumnKind, ColumnOrder, SortOrder, TrackingTable, get_tracking_table
from etl.wording.explanations import explain_figure
from etl.wording.participations import PARTICIPATIONS_LABEL, describe_number_name
from tests.support.command_line import CLOCK
from tests.support.page_content import Row, find_class
from tests.support.staff_pages import StaffPages, read_text

ADDRESS = "/staff/tracking-table?columns=all"
TODAY: date = datetime.fromisoformat(CLOCK).date()


def get_core_table(
    pages: StaffPages,
    *,
    order: SortOrder | ColumnOrder = SortOrder.PLAN,
    objectives: tuple[str, ...] = (),
    **choice: object,
) -> TrackingTable:
    """Return the table of the core for the same selection."""
    source = open_data_source(pages.run.database_url)
    try:
        scope = QueryScope(snapshot=source.get_snapshot(), today=TODAY, objectives=objectives, **choice)  # type: ignore[arg-type]
        return get_tracking_table(scope, order=order)
    finally:
        source.engine.dispose()


def assert_rows_are(rows: tuple[Row, ...], table: TrackingTable, language: str) -> None:
    """Compare each name, number, reason and rating, row by row."""
    participations = get_locale(language).gettext(PARTICIPATIONS_LABEL)
    lines = [row for row in rows if len(row) > 1 and row[0].words != participations]
    assert len(lines) == len(table.rows)
    for line, tracked in zip(lines, table.rows, strict=True):
        name, *cells = line
        assert name.words == (
            f"{describe_number_name(tracked.indicator, tracked.part, get_locale(language))}{tracked.key}"
        )
        for cell, column in zip(cells, table.columns, strict=True):
            expected = make_tracking_cell(tracked, column, get_locale(language))
            if column.kind is ColumnKind.RATING:
                assert cell.rating == tracked.figure.rating.value and expected.text in cell.words
            else:
                (number,) = cell.numbers
                assert (number.words, number.exact) == (expected.text, expected.exact_value), (
                    tracked.indicator.code,
                    column,
                )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_equals_that_of_the_core(sample_pages: StaffPages, language: str) -> None:
    table = get_core_table(sample_pages)
    address = f"{'' if language == 'en' else '/km'}{ADDRESS}"
    assert_rows_are(sample_pages.read(address).tables["tracking"], table, language)
    # Each percentage links to its explanation.
    columns = [column for column in table.columns if column.kind is ColumnKind.SHARE]
    shares = [share for row in table.rows for column in columns if isinstance(share := row.get_amount(column), Decimal)]
    tracking = sample_pages.fetch_document(address).get_element_by_id("tracking")
    assert len(find_class(tracking, "ask", "a")) == len(shares)


def test_the_link_of_a_heading_sorts_the_rows_and_then_turns_them(sample_pages: StaffPages) -> None:
    address = ADDRESS
    for key, order in (("plan.share", "ascending"), ("-plan.share", "descending")):
        tracking = sample_pages.fetch_document(address).get_element_by_id("tracking")
        address = find_class(tracking.find("thead"), "sort", "a")[-2].get("href")
        assert address.endswith(f"order={key}&columns=all")
        tracking = sample_pages.fetch_document(address).get_element_by_id("tracking")
        assert tracking.xpath(".//th/@aria-sort") == [order]
        sort = ColumnOrder("plan.share", is_descending=key.startswith("-"))
        rows = sample_pages.read(address).tables["tracking"]
        assert_rows_are(rows, get_core_table(sample_pages, order=sort), "en")


def test_downloads_have_the_filters_and_the_order_of_the_page(sample_pages: StaffPages) -> None:
    objective, site = sample_pages.plan.objectives[-1].code, sample_pages.plan.sites[1].code
    address = f"{ADDRESS}&order=share&objective={objective}&period=2025&site={site}"
    table = get_core_table(
        sample_pages, order=SortOrder.SHARE, objectives=(objective,), period=Years(2025, 2025), sites=(site,)
    )
    assert_rows_are(sample_pages.read(address).tables["tracking"], table, "en")
    lines = [line for line in download_lines(sample_pages, address) if not line[0].endswith(f"/{PARTICIPATIONS}")]
    sheet = [row for row in download_sheet(sample_pages, address) if not str(row[0]).endswith(f"/{PARTICIPATIONS}")]
    assert [line[0] for line in lines] == [str(row.key) for row in table.rows] == [row[0] for row in sheet]
    for line, live, tracked in zip(lines, sheet, table.rows, strict=True):
        for index, column in enumerate(table.columns, start=3):
            expected = make_tracking_cell(tracked, column, get_locale("en"))
            if expected.number is None:
                assert line[index] == live[index] == expected.text
            else:
                assert Decimal(line[index]) == expected.number
                assert live[index] == pytest.approx(float(expected.number), 1e-14)


def download(pages: StaffPages, address: str, ending: str) -> bytes:
    """Follow the page's link to a file."""
    links = [
        link for place in find_class(pages.fetch_document(address), "downloads") for link in place.iterfind(".//a")
    ]
    (href,) = [link.get("href") for link in links if f".{ending}" in link.get("href")]
    answer = pages.client.get(href)
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].endswith(f".{ending}")
    return answer.data


def download_lines(pages: StaffPages, address: str) -> list[list[str]]:
    _, *lines = csv.reader(io.StringIO(download(pages, address, "csv").decode("utf-8-sig")))
    assert any(line[0].startswith("# Provisional") for line in lines)
    return [line for line in lines if not line[0].startswith("#")]


def download_sheet(pages: StaffPages, address: str) -> list[list[object]]:
    """Return the rows below the headings, after checking the format and the frozen panes."""
    sheet = load_workbook(io.BytesIO(download(pages, address, "xlsx"))).active
    assert sheet is not None
    first = int(re.sub(r"\D", "", str(sheet.freeze_panes)))
    assert sheet.freeze_panes == f"C{first}" and sheet.auto_filter.ref.startswith(f"A{first - 1}:")
    assert sheet.cell(first - 1, 4).font.bold and sheet.column_dimensions["B"].width > 30
    for row in sheet.iter_rows(min_row=first, min_col=4):
        for cell, heading in zip(row, sheet[first - 1][3:], strict=True):
            if not isinstance(cell.value, str):
                assert cell.number_format.startswith("0.0%" if heading.value == "%" else "#,##0")
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first)]


def test_an_explanation_is_a_page_of_its_own_without_scripts(sample_pages: StaffPages) -> None:
    year = Years(2025, 2025)
    table = get_core_table(sample_pages, period=year)
    row = next(row for row in table.rows if isinstance(row.figure_by_period[year].headline, Decimal))
    sentences = explain_figure(row.figure_by_period[year], row.indicator, get_locale("en"))
    answer = sample_pages.client.get(f"/staff/why/{row.indicator.code}/2025")
    document = lxml.html.fromstring(answer.data)
    explanation = read_text(document.get_element_by_id("why"))
    assert all(sentence in explanation for sentence in sentences)
    for wrong in ("NO-1/plan", f"{row.indicator.code}/someday"):
        assert sample_pages.client.get(f"/staff/why/{wrong}").status_code == 404
