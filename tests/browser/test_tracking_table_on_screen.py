"""The tracking table in the browser: fixed headings, filters, order, downloads and explanations."""

import csv
import io
import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import expect

from etl.exports.tracking_rows import make_tracking_cell
from etl.indicators.periods import Years
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import PARTICIPATIONS
from etl.locale import get_locale
from etl.queries.data_source import open_data_source
from etl.queries.scope import QueryScope
from etl.queries.tracking_table import ColumnKind, ColumnOrder, SortOrder, TrackingTable, get_tracking_table
from etl.wording.explanations import explain_figure
from etl.wording.participations import PARTICIPATIONS_LABEL, describe_number_name
from tests.browser.chromium import BrowserVisitor
from tests.browser.filter_controls import choose_period, select_value, toggle_option
from tests.browser.page_reader import Row, read_page
from tests.browser.served_app import ServedApp
from tests.support.command_line import CLOCK

pytestmark = pytest.mark.browser

ADDRESS = "/staff/tracking-table?columns=all"
TODAY: date = datetime.fromisoformat(CLOCK).date()

_IN_SIGHT = """() => {
  const frame = document.querySelector('.wide-scroll'), table = document.querySelector('#tracking');
  frame.scrollIntoView({block: 'start', behavior: 'instant'});
  frame.scrollTo(frame.scrollWidth, frame.scrollHeight);
  const place = frame.getBoundingClientRect();
  const seen = element => {
    const box = element.getBoundingClientRect();
    const x = Math.max(box.left, place.left) + 6, y = box.top + box.height / 2;
    return element.contains(document.elementFromPoint(x, y));
  };
  const heads = [...table.querySelectorAll('thead tr:last-child th')].slice(-1);
  const groups = [...table.querySelectorAll('thead th[scope="colgroup"] span')].slice(-1);
  const objectives = [...table.querySelectorAll('.group span')];
  const whole = element => {
    const box = element.getBoundingClientRect();
    return box.left >= place.left && box.right <= place.right;
  };
  const names = [...table.querySelectorAll('tbody th[scope="row"]')].slice(-2);
  return {
    right: frame.scrollLeft, down: frame.scrollTop,
    heads: [...groups, ...heads].map(seen), names: names.map(seen), objectives: objectives.map(whole),
    corner: seen(table.querySelector('thead th')),
    gap: Math.abs(heads[0].getBoundingClientRect().top - groups[0].closest('th').getBoundingClientRect().bottom),
  };
}"""


def core_table(
    site: ServedApp,
    *,
    order: SortOrder | ColumnOrder = SortOrder.PLAN,
    objectives: tuple[str, ...] = (),
    **choice: object,
) -> TrackingTable:
    """Return the table of the core for the same selection."""
    source = open_data_source(site.run.database_url)
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


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("width", [360, 1440])
def test_headings_and_names_stay_visible_while_the_table_scrolls(
    sample_site: ServedApp, width: int, language: str
) -> None:
    prefix = "" if language == "en" else "/km"
    with sample_site.visit(width=width, height=800) as visitor:
        visitor.open(prefix + ADDRESS)
        visitor.page.wait_for_function(
            "() => parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) > 0"
        )
        in_sight = visitor.page.evaluate(_IN_SIGHT)
    assert in_sight["right"] > 200 and in_sight["down"] > 200
    assert in_sight["heads"] == [True] * 2 and in_sight["names"] == [True] * 2 and in_sight["corner"]
    assert in_sight["objectives"] == [True] * len(sample_site.plan.objectives)
    assert in_sight["gap"] <= 1


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_first_view_of_the_table_fits_a_wide_window(sample_site: ServedApp, language: str) -> None:
    with sample_site.visit(width=1440) as visitor:
        visitor.open(f"{'' if language == 'en' else '/km'}/staff/tracking-table")
        widths = "element => [element.scrollWidth, element.clientWidth]"
        table, frame = visitor.page.locator(".wide-scroll").evaluate(widths)
    assert table <= frame


def test_a_click_on_a_heading_sorts_the_rows_and_another_turns_them(sample_site: ServedApp) -> None:
    with sample_site.visit() as visitor:
        page = visitor.page
        visitor.open(ADDRESS)
        for key, order in (("plan.share", "ascending"), ("-plan.share", "descending")):
            page.locator("#tracking thead th a.sort").nth(-2).click()
            page.wait_for_url(f"**order={key}&columns=all")
            expect(page.locator("#tracking th[aria-sort]")).to_have_attribute("aria-sort", order)
            sort = ColumnOrder("plan.share", is_descending=key.startswith("-"))
            assert_rows_are(read_page(page).tables["tracking"], core_table(sample_site, order=sort), "en")


def test_columns_are_chosen_by_links_that_keep_the_order(sample_site: ServedApp) -> None:
    year = str(sample_site.plan.settings.first_year)
    with sample_site.visit() as visitor:
        page = visitor.page
        visitor.open("/staff/tracking-table?order=need")
        expect(page.locator("#tracking thead")).not_to_contain_text(year)
        page.locator(".column-choice").get_by_role("link", name=year).click()
        page.wait_for_url("**order=need&columns=*")
        expect(page.locator("#tracking thead")).to_contain_text(year)


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_table_equals_that_of_the_core(sample_site: ServedApp, language: str) -> None:
    with sample_site.visit() as visitor:
        visitor.open(f"{'' if language == 'en' else '/km'}{ADDRESS}")
        shown = read_page(visitor.page).tables["tracking"]
    assert_rows_are(shown, core_table(sample_site), language)


def test_downloads_have_the_filters_and_the_order_of_the_page(sample_site: ServedApp) -> None:
    objective, site = sample_site.plan.objectives[-1].code, sample_site.plan.sites[1].code
    with sample_site.visit() as visitor:
        page = visitor.page
        visitor.open(ADDRESS)
        site_name = sample_site.plan.sites[1].name.en
        for name, value, choose in (
            ("order", "share", lambda: select_value(page, "Order", "share")),
            ("objective", objective, lambda: toggle_option(page, "objective", objective)),
            ("period", "2025", lambda: choose_period(page, "2025")),
            ("site", site, lambda: toggle_option(page, "site", site_name)),
        ):
            choose()
            page.wait_for_function("part => location.search.includes(part)", arg=f"{name}={value}")
            page.wait_for_function("() => document.querySelector('.downloads a') !== null")
        page.wait_for_function("part => document.querySelector('.downloads a').href.includes(part)", arg=f"site={site}")
        table = core_table(
            sample_site, order=SortOrder.SHARE, objectives=(objective,), period=Years(2025, 2025), sites=(site,)
        )
        shown = read_page(page).tables["tracking"]
        assert_rows_are(shown, table, "en")
        lines = downloaded_lines(visitor)
        sheet = downloaded_sheet(visitor)
    lines = [line for line in lines if not line[0].endswith(f"/{PARTICIPATIONS}")]
    sheet = [row for row in sheet if not row[0].endswith(f"/{PARTICIPATIONS}")]
    assert [line[0] for line in lines] == [str(row.key) for row in table.rows] == [row[0] for row in sheet]
    for line, live, tracked in zip(lines, sheet, table.rows, strict=True):
        for index, column in enumerate(table.columns, start=3):
            expected = make_tracking_cell(tracked, column, get_locale("en"))
            if expected.number is None:
                assert line[index] == live[index] == expected.text
            else:
                assert Decimal(line[index]) == expected.number and live[index] == pytest.approx(
                    float(expected.number), 1e-14
                )


def downloaded(visitor: BrowserVisitor, ending: str) -> bytes:
    with visitor.page.expect_download() as caught:
        visitor.page.locator(f'.downloads a[href*=".{ending}"]').click()
    assert caught.value.suggested_filename.endswith(f".{ending}")
    return caught.value.path().read_bytes()


def downloaded_lines(visitor: BrowserVisitor) -> list[list[str]]:
    text = downloaded(visitor, "csv").decode("utf-8-sig")
    _, *lines = csv.reader(io.StringIO(text))
    assert any(line[0].startswith("# Provisional") for line in lines)
    return [line for line in lines if not line[0].startswith("#")]


def downloaded_sheet(visitor: BrowserVisitor) -> list[list[object]]:
    """Return the rows below the headings, after checking the format and the frozen panes."""
    sheet = load_workbook(io.BytesIO(downloaded(visitor, "xlsx"))).active
    assert sheet is not None
    first = int(re.sub(r"\D", "", str(sheet.freeze_panes)))
    assert sheet.freeze_panes == f"C{first}" and sheet.auto_filter.ref.startswith(f"A{first - 1}:")
    assert sheet.cell(first - 1, 4).font.bold and sheet.column_dimensions["B"].width > 30
    for row in sheet.iter_rows(min_row=first, min_col=4):
        for cell, heading in zip(row, sheet[first - 1][3:], strict=True):
            if not isinstance(cell.value, str):
                assert cell.number_format.startswith("0.0%" if heading.value == "%" else "#,##0")
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first)]


def test_each_percentage_opens_its_explanation(sample_site: ServedApp) -> None:
    table = core_table(sample_site)
    row = next(row for row in table.rows if not isinstance(row.figure.headline, NoValue))
    words = explain_figure(row.figure, row.indicator, get_locale("km"))
    with sample_site.visit() as visitor:
        page = visitor.page
        visitor.open(f"/km{ADDRESS}")
        links = page.locator("#tracking a.ask")
        share_columns = [column for column in table.columns if column.kind is ColumnKind.SHARE]
        shares = [row.get_amount(column) for row in table.rows for column in share_columns]
        assert links.count() == len([share for share in shares if isinstance(share, Decimal)])
        link = page.locator(f'#tracking a.ask[href$="/{row.indicator.code}/plan"]')
        link.focus()
        page.keyboard.press("Enter")
        drawer = page.locator("#drawer")
        for sentence in words:
            expect(drawer).to_contain_text(sentence)
        assert page.url.endswith(f"{ADDRESS}#{row.indicator.code}.plan")
        page.wait_for_function("() => document.querySelector('#drawer').getBoundingClientRect().right <= innerWidth")
        assert Axe().run(page).response["violations"] == []
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        assert link.evaluate("element => element === document.activeElement")
        link.click()
        drawer.locator(".onward").get_by_role("link").last.click()
        page.wait_for_url(re.compile(rf"/km/staff/number/{row.indicator.code}/plan$"))
        expect(drawer).to_be_hidden()
        assert visitor.console_errors == []


def test_an_explanation_is_a_page_of_its_own_without_scripts(sample_site: ServedApp) -> None:
    table = core_table(sample_site, period=Years(2025, 2025))
    row = next(row for row in table.rows if isinstance(row.figure_by_period[Years(2025, 2025)].headline, Decimal))
    figure = row.figure_by_period[Years(2025, 2025)]
    context = sample_site.browser.new_context(java_script_enabled=False, storage_state=sample_site.session)
    page = context.new_page()
    page.goto(f"{sample_site.origin}/staff/why/{row.indicator.code}/2025")
    explanation = page.inner_text("#why")
    assert all(sentence in explanation for sentence in explain_figure(figure, row.indicator, get_locale("en")))
    for wrong in ("NO-1/plan", f"{row.indicator.code}/someday"):
        answer = page.goto(f"{sample_site.origin}/staff/why/{wrong}")
        assert answer is not None and answer.status == 404
    context.close()


def test_an_explanation_and_the_menu_fit_on_a_phone(sample_site: ServedApp) -> None:
    code = next(row.indicator.code for row in core_table(sample_site).rows if row.figure.rating.is_rated)
    with sample_site.visit(width=360, height=780) as visitor:
        page = visitor.page
        visitor.open(f"/km/staff/indicator/{code}")
        page.evaluate("() => document.querySelectorAll('details.numbers').forEach(details => { details.open = true; })")
        link = page.locator("table:not(.stacks) a.ask").first
        link.scroll_into_view_if_needed()
        link.focus()
        page.keyboard.press("Enter")
        drawer = page.locator("#drawer")
        expect(drawer.locator(".big")).to_be_visible()
        page.wait_for_function("() => document.querySelector('#drawer').getBoundingClientRect().right <= 360")
        drawer_position = drawer.bounding_box()
        assert drawer_position is not None and drawer_position["x"] >= 0
        assert Axe().run(page).response["violations"] == []
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        page.locator(".menu-button").click()
        page.wait_for_function("() => document.querySelector('#menu').getBoundingClientRect().right <= 360")
        positions = [item.bounding_box() for item in page.locator("#menu, #menu a").all()]
        assert len(positions) > 5
        for position in positions:
            assert position is not None and position["x"] >= 0 and position["x"] + position["width"] <= 360
        page.keyboard.press("Escape")
        expect(page.locator("#menu")).to_be_hidden()
