"""The sample's edition: every number on stored pages and in downloads is a figure that equals the oracle."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from random import Random
from xml.etree import ElementTree

import pytest

from etl.database.connection import open_engine, reading, writing
from etl.database.edition_records import EditionFile
from etl.database.read.editions import find_edition_file, read_edition_figures, read_withheld
from etl.exports.edition.downloads import API_FIGURES
from etl.exports.edition.iati import list_iati_figures, list_iati_periods
from etl.indicators.editions import EditionContents, EditionFigure, FigureKey, parse_period
from etl.indicators.figures import compute_figure
from etl.indicators.part_targets import find_part, has_targets
from etl.indicators.periods import CAMBODIA, Quarter
from etl.indicators.plans import make_single_plan
from etl.indicators.record import build_record
from etl.indicators.selected_sites import select_places
from etl.indicators.vocabulary import Indicator, SiteReturn
from etl.locale import get_locale
from etl.queries.data_source import DataSource
from etl.queries.editions import find_edition_contents, list_paths
from etl.wording.editions import get_shown_value
from tests.support.builders import make_return
from tests.support.command_line import CommandLine
from tests.support.read_editions import (
    index_figures,
    iterate_files,
    list_oracle_differences,
    parse_numbers,
    read_csv,
    read_iati,
    read_json,
    read_workbook,
)
from tests.support.sample_oracle import build_returns, cache_oracle
from tests.support.shared_fixtures import SampleDatabase
from tests.support.stored_returns import store_draft, store_return

NAME, QUARTER = "2026-Q2", Quarter(2026, 2)
SUBMITTED_NUMBER, DRAFT_NUMBER = 86420135, 97531246
"""Numbers in a pending return and in a draft only."""
COMPARED_FIGURES = 120
"""The number of figures compared with the oracle; in `make soak`, all."""


@dataclass(frozen=True)
class StoredEdition:
    """The stored edition. `true_figures` include the numbers withheld from the public."""

    book: EditionContents
    true_figures: tuple[EditionFigure, ...]
    files: dict[str, EditionFile]
    returns: list[SiteReturn]

    @property
    def figures(self) -> dict[FigureKey, EditionFigure]:
        return {figure.key: figure for figure in self.book.figures}


@pytest.fixture(scope="module")
def stored(shared_sample: SampleDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoredEdition]:
    path = tmp_path_factory.mktemp("edition") / "sample.db"
    shutil.copyfile(shared_sample.path, path)
    run = CommandLine(f"sqlite:///{path}")
    engine = open_engine(run.database_url)
    store_unpublished_returns(engine, shared_sample)
    run.succeed("publish", "2026Q2")
    book = find_edition_contents(DataSource(engine), NAME)
    assert book is not None
    with reading(engine) as connection:
        paths = list_paths(DataSource(engine), NAME)
        files = {path: find_edition_file(connection, NAME, path) for path in paths}
        withheld = read_withheld(connection, NAME)
        assert book.figures == read_edition_figures(connection, NAME)
    true_figures = tuple(
        add_withheld_numbers(figure, withheld[figure.key]) if figure.key in withheld else figure
        for figure in book.figures
    )
    typed = build_returns(shared_sample.sample.entries, approved_only=True)
    yield StoredEdition(book, true_figures, files, [entry for entry in typed if entry.quarter <= QUARTER])
    engine.dispose()


def add_withheld_numbers(figure: EditionFigure, withheld: EditionFigure) -> EditionFigure:
    return replace(figure, value=withheld.value, numerator=withheld.numerator, denominator=withheld.denominator)


def store_unpublished_returns(engine, sample: SampleDatabase) -> None:
    """Store a pending return for the quarter that a site did not report, and a draft of another site."""
    when = datetime(2026, 7, 12, 9, tzinfo=CAMBODIA)
    submitted_keys = {(entry.site, entry.quarter) for entry in sample.sample.entries}
    site = next(site.code for site in sample.plan.sites if (site.code, "2026Q2") not in submitted_keys)
    other = next(other_site.code for other_site in sample.plan.sites if other_site.code != site)
    with writing(engine) as connection:
        cells = make_cells(sample, site, SUBMITTED_NUMBER)
        store_return(connection, make_return(site, QUARTER, cells, approved=False, first_submitted=when))
        store_draft(
            connection, make_return(other, QUARTER, make_cells(sample, other, DRAFT_NUMBER), first_submitted=when)
        )


def make_cells(sample: SampleDatabase, site: str, number: int) -> dict[str, int]:
    return {
        str(key): number
        for indicator in sample.plan.list_site_indicators(site)
        for key in sample.plan.list_entry_keys(indicator)
    }


def test_every_marked_number_of_every_stored_page_is_its_figure(stored: StoredEdition, is_soak: bool) -> None:
    """`make soak` reads each page in both languages, other runs in one of them, in turn."""
    figures, wrong, seen = stored.figures, [], set()
    pages = {path: file for path, file in stored.files.items() if path.endswith(".html")}
    assert {path.startswith("km/") for path in pages} == {False, True}
    for path, file in pages.items() if is_soak else select_languages_in_turn(pages):
        locale = get_locale(file.language)
        for name, exact, text in parse_numbers(file.data.decode()):
            *key, field = name.split("|")
            figure = figures[FigureKey(*key)]
            number = getattr(figure, field)
            indicator = stored.book.get_indicator(figure.key.indicator)
            stage = indicator.find_stage(number) if indicator.is_stage else None
            words = locale.format_share(number) if field == "share" else None
            words = words or (stage.label.get_text(file.language) if stage else None)
            words = words or locale.format_amount(number, indicator.decimals)
            if Decimal(exact) != number or text != words:
                wrong.append(f"{path} {name}: {exact} shown as {text} for {number}")
            seen.add((figure.key, field))
    assert wrong == []
    # Parts by quarter are in the downloads only; an indicator's only site or province has the centre's numbers.
    expected_keys = {
        figure.key
        for figure in figures.values()
        if get_shown_value(figure, stored.book.get_indicator(figure.key.indicator)) is not None
        and not (figure.key.part and "Q" in figure.key.period)
        and not (figure.key.site and count_places_like(stored.book, figure.key) == 1)
    }
    assert {key for key in expected_keys if (key, "value") not in seen} == set()


def select_languages_in_turn(pages: dict[str, EditionFile]) -> Iterator[tuple[str, EditionFile]]:
    """Yield each page once, in English or in Khmer."""
    for number, path in enumerate(sorted(path for path in pages if not path.startswith("km/"))):
        chosen = f"km/{path}" if number % 2 else path
        yield chosen, pages[chosen]


def count_places_like(book: EditionContents, key: FigureKey) -> int:
    """Return how many sites, or how many provinces, have figures of the indicator."""
    is_province = key.site in book.plan.province_by_code
    return len(book.list_provinces(key.indicator) if is_province else book.list_sites(key.indicator))


def test_every_download_parses_to_the_stored_edition(stored: StoredEdition) -> None:
    expected = index_figures(stored.book.figures)
    assert read_csv(stored.files["downloads/figures.csv"].data) == expected
    assert read_json(stored.files[API_FIGURES].data) == expected
    packed = dict(iterate_files("", stored.files["downloads/datapackage.zip"].data))
    assert read_csv(packed["!figures.csv"]) == expected
    for name, data in packed.items():
        assert not name or stored.files[f"downloads/{name[1:]}"].data == data, name
    for language in ("en", "km"):
        actual = read_workbook(stored.files[f"downloads/figures-{language}.xlsx"].data)
        assert actual.keys() == expected.keys()
        wrong = [
            (key, name)
            for key, row in expected.items()
            for name in row
            if not is_same_value(row[name], actual[key][name])
        ]
        assert wrong == [], language


def is_same_value(value: object, cell: object) -> bool:
    """Whether a spreadsheet cell equals a value, within the precision of spreadsheets."""
    if isinstance(value, Decimal):
        return cell == pytest.approx(float(value), rel=1e-14)
    return (value or None) == (cell or None)


def test_the_iati_activity_parses_to_the_stored_edition(stored: StoredEdition) -> None:
    figures, book = stored.figures, stored.book
    actual = read_iati(stored.files["downloads/iati.xml"].data, book)
    assert actual
    kinds = {"actual": "value", "target": "target"}
    assert [
        key for key, number in actual.items() if getattr(figures[FigureKey(*key[:4])], kinds[key[4]]) != number
    ] == []
    expected = {
        (figure.key.indicator, figure.key.part, figure.key.site, figure.key.period, kind)
        for indicator in book.plan.indicators
        for period in list_iati_periods(book, indicator)
        for figure in list_iati_figures(book, indicator, period)
        for kind, field in kinds.items()
        if getattr(figure, field) is not None
    }
    assert actual.keys() == expected


def test_every_baseline_of_iati_is_that_of_the_edition(stored: StoredEdition) -> None:
    book, baselines = stored.book, {}
    for element in ElementTree.fromstring(stored.files["downloads/iati.xml"].data).iter("indicator"):
        code, _, own_part = element.findtext("title/narrative", "").split()[0].partition("/")
        for baseline in element.iter("baseline"):
            dimension = baseline.find("dimension")
            part = own_part if dimension is None else f"{dimension.get('name')}/{dimension.get('value')}"
            baselines[code, part] = Decimal(baseline.get("value", ""))
    figures = [(indicator.code, part) for indicator in book.plan.indicators for part in list_part_keys(book, indicator)]
    published = {key: figure.baseline for key in figures if (figure := book.find(key[0], part=key[1])) is not None}
    assert baselines == {key: baseline for key, baseline in published.items() if baseline is not None}
    assert baselines


def list_part_keys(book: EditionContents, indicator: Indicator) -> list[str]:
    return ["", *(part.key for part in book.list_parts(indicator.code))]


def test_every_stored_figure_is_computed_from_approved_returns(
    shared_sample: SampleDatabase, stored: StoredEdition, is_soak: bool
) -> None:
    """`make soak` computes each figure, other runs one in four."""
    plans = make_single_plan(shared_sample.plan)
    record, today, wrong = build_record(plans, stored.returns), stored.book.edition.as_of, []
    figures = list(stored.true_figures)
    for figure in figures if is_soak else Random(20260630).sample(figures, len(figures) // 4):
        query = {
            "indicator": figure.key.indicator,
            "sites": select_places(plans, [figure.key.site]) if figure.key.site else None,
            "period": parse_period(figure.key.period),
            "today": today,
        }
        computed = compute_figure(plans, record, part=figure.key.part, **query)
        part = find_part(shared_sample.plan, figure.key.indicator, figure.key.part)
        is_rated = not figure.key.part or (part is not None and has_targets(shared_sample.plan, part))
        value, rating = computed.actual, str(computed.rating) if is_rated else ""
        target = computed.target if isinstance(computed.target, Decimal) else None
        amount = value.amount if isinstance(value.amount, Decimal) else None
        counts = (value.reported, value.expected, value.not_collected)
        if (amount, *counts) != (figure.value, figure.reported, figure.expected, figure.not_collected):
            wrong.append(f"{figure.key}: {figure.value} for {amount}")
        public = stored.figures[figure.key]
        if not public.is_suppressed and (public.rating, public.target) != (rating, target):
            wrong.append(f"{figure.key}: {public.rating} of {public.target} for {rating} of {target}")
    assert wrong == []


def test_a_random_part_of_the_figures_equals_the_oracle(
    shared_sample: SampleDatabase, stored: StoredEdition, monkeypatch: pytest.MonkeyPatch, is_soak: bool
) -> None:
    cache_oracle(monkeypatch)
    plans, today = make_single_plan(shared_sample.plan), stored.book.edition.as_of
    public = [figure for figure in stored.book.figures if not figure.is_suppressed]
    compared = public if is_soak else Random(20260630).sample(public, COMPARED_FIGURES)
    assert any(figure.key.part for figure in compared) and any(figure.key.site for figure in compared)
    assert [line for figure in compared for line in list_oracle_differences(figure, plans, stored.returns, today)] == []


def test_a_pending_or_draft_number_is_in_no_stored_file(stored: StoredEdition) -> None:
    words = [
        text.encode()
        for number in (SUBMITTED_NUMBER, DRAFT_NUMBER)
        for text in (str(number), f"{number:,}", str(number)[:6])
    ]
    places = [
        (name, word)
        for path, file in stored.files.items()
        for name, data in iterate_files(path, file.data)
        for word in words
        if word in data
    ]
    assert places == []
    packed = {name for path, file in stored.files.items() for name, _ in iterate_files(path, file.data) if "!" in name}
    assert any(name.endswith("sheet3.xml") for name in packed) and any("figures.csv" in name for name in packed)
    assert max(figure.value for figure in stored.true_figures if figure.value is not None) < DRAFT_NUMBER // 10


def test_the_edition_has_its_own_date(stored: StoredEdition) -> None:
    assert stored.book.edition.as_of == date(2026, 9, 30)
