"""The sample's own edition: every number of every stored page and download is its figure, and that is the oracle's."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from random import Random

import pytest

from etl.database.connection import open_engine, reading, writing
from etl.database.edition_records import EditionFile
from etl.database.read.editions import find_edition_file, read_edition_figures, read_withheld
from etl.exports.edition.downloads import API_FIGURES
from etl.exports.edition.iati import list_iati_figures, list_iati_periods
from etl.indicators.editions import EditionContents, EditionFigure, FigureKey, parse_period
from etl.indicators.figures import compute_figure, compute_part_value
from etl.indicators.periods import CAMBODIA, Quarter
from etl.indicators.plans import only_plan
from etl.indicators.record import build_record
from etl.indicators.vocabulary import SiteReturn
from etl.queries.data_source import DataSource
from etl.queries.editions import find_edition_contents, list_paths
from tests.support.builders import make_return
from tests.support.command_line import CommandLine
from tests.support.read_editions import (
    index_figures,
    iterate_files,
    oracle_differences,
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
SUBMITTED, DRAFTED = 86420135, 97531246
"""Numbers that stand in a return that waits and in a draft only."""
ASKED = 120
"""How many figures the slow oracle is asked for; in a soak, all."""


@dataclass(frozen=True)
class Stored:
    """The edition as the database holds it. `true` are its figures with the numbers that the public does not get."""

    book: EditionContents
    true: tuple[EditionFigure, ...]
    files: dict[str, EditionFile]
    returns: list[SiteReturn]

    @property
    def figures(self) -> dict[FigureKey, EditionFigure]:
        return {figure.key: figure for figure in self.book.figures}


@pytest.fixture(scope="module")
def stored(shared_sample: SampleDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    path = tmp_path_factory.mktemp("edition") / "sample.db"
    shutil.copyfile(shared_sample.path, path)
    run = CommandLine(f"sqlite:///{path}")
    engine = open_engine(run.database_url)
    plant(engine, shared_sample)
    run.succeed("publish", "2026Q2")
    book = find_edition_contents(DataSource(engine), NAME)
    assert book is not None
    with reading(engine) as connection:
        paths = list_paths(DataSource(engine), NAME)
        files = {path: find_edition_file(connection, NAME, path) for path in paths}
        withheld = read_withheld(connection, NAME)
        assert book.figures == read_edition_figures(connection, NAME)
    true = tuple(
        with_numbers(figure, withheld[figure.key]) if figure.key in withheld else figure for figure in book.figures
    )
    typed = build_returns(shared_sample.sample.entries, approved_only=True)
    yield Stored(book, true, files, [entry for entry in typed if entry.quarter <= QUARTER])
    engine.dispose()


def with_numbers(one: EditionFigure, held: EditionFigure) -> EditionFigure:
    return replace(one, value=held.value, numerator=held.numerator, denominator=held.denominator)


def plant(engine, made: SampleDatabase) -> None:
    """A return that waits for the one quarter that a site did not report, and a draft of another site's."""
    when = datetime(2026, 7, 12, 9, tzinfo=CAMBODIA)
    sent = {(entry.site, entry.quarter) for entry in made.sample.entries}
    site = next(site.code for site in made.plan.sites if (site.code, "2026Q2") not in sent)
    other = next(one.code for one in made.plan.sites if one.code != site)
    with writing(engine) as connection:
        cells = cells_of(made, site, SUBMITTED)
        store_return(connection, make_return(site, QUARTER, cells, approved=False, first_submitted=when))
        store_draft(connection, make_return(other, QUARTER, cells_of(made, other, DRAFTED), first_submitted=when))


def cells_of(made: SampleDatabase, site: str, number: int) -> dict[str, int]:
    return {
        str(key): number for indicator in made.plan.indicators_of_site(site) for key in made.plan.entry_keys(indicator)
    }


def test_every_marked_number_of_every_stored_page_is_its_figure(stored: Stored) -> None:
    figures, wrong, seen = stored.figures, [], set()
    pages = {path: file for path, file in stored.files.items() if path.endswith(".html")}
    assert {path.startswith("km/") for path in pages} == {False, True}
    for path, file in pages.items():
        for name, exact, shown in parse_numbers(file.data.decode()):
            *key, field = name.split("|")
            one = figures[FigureKey(*key)]
            number = getattr(one, field)
            decimals = stored.book.indicator(one.key.indicator).decimals
            words = file.locale.format_share(number) if field == "share" else None
            words = words or file.locale.format_amount(number, decimals)
            if Decimal(exact) != number or shown != words:
                wrong.append(f"{path} {name}: {exact} shown as {shown} for {number}")
            seen.add((one.key, field))
    assert wrong == []
    # Parts by quarter are in the downloads; the only site of an indicator has the centre's numbers.
    wanted = {
        figure.key
        for figure in figures.values()
        if figure.value is not None
        and not (figure.key.part and "Q" in figure.key.period)
        and not (figure.key.site and len(stored.book.sites(figure.key.indicator)) == 1)
    }
    assert {key for key in wanted if (key, "value") not in seen} == set()


def test_every_download_parses_to_the_stored_edition(stored: Stored) -> None:
    told = index_figures(stored.book.figures)
    assert read_csv(stored.files["downloads/figures.csv"].data) == told
    assert read_json(stored.files[API_FIGURES].data) == told
    packed = dict(iterate_files("", stored.files["downloads/datapackage.zip"].data))
    assert read_csv(packed["!figures.csv"]) == told
    for name, data in packed.items():
        assert not name or stored.files[f"downloads/{name[1:]}"].data == data, name
    for language in ("en", "km"):
        found = read_workbook(stored.files[f"downloads/figures-{language}.xlsx"].data)
        assert found.keys() == told.keys()
        wrong = [(key, name) for key, row in told.items() for name in row if not alike(row[name], found[key][name])]
        assert wrong == [], language


def alike(told: object, cell: object) -> bool:
    """Whether a spreadsheet's cell holds it: a number within the digits that it keeps, a blank for nothing."""
    if isinstance(told, Decimal):
        return cell == pytest.approx(float(told), rel=1e-14)
    return (told or None) == (cell or None)


def test_the_iati_activity_parses_to_the_stored_edition(stored: Stored) -> None:
    figures, book = stored.figures, stored.book
    found = read_iati(stored.files["downloads/iati.xml"].data, book)
    assert found
    kinds = {"actual": "value", "target": "target"}
    assert [
        key for key, number in found.items() if getattr(figures[FigureKey(*key[:4])], kinds[key[4]]) != number
    ] == []
    told = {
        (figure.key.indicator, figure.key.part, figure.key.site, figure.key.period, kind)
        for indicator in book.plan.indicators
        for period in list_iati_periods(book, indicator)
        for figure in list_iati_figures(book, indicator, period)
        for kind, field in kinds.items()
        if getattr(figure, field) is not None
    }
    assert found.keys() == told


def test_every_stored_figure_is_computed_from_approved_returns(shared_sample: SampleDatabase, stored: Stored) -> None:
    plans = only_plan(shared_sample.plan)
    record, today, wrong = build_record(plans, stored.returns), stored.book.edition.as_of, []
    for one in stored.true:
        question = {
            "indicator": one.key.indicator,
            "sites": (one.key.site,) if one.key.site else None,
            "period": parse_period(one.key.period),
            "today": today,
        }
        if one.key.part:
            value = compute_part_value(plans, record, part=one.key.part, **question)
            rating, target = "", None
        else:
            whole = compute_figure(plans, record, **question)
            value, rating = whole.actual, str(whole.rating)
            target = whole.target if isinstance(whole.target, Decimal) else None
        amount = value.amount if isinstance(value.amount, Decimal) else None
        counts = (value.reported, value.expected, value.not_collected)
        if (amount, *counts) != (one.value, one.reported, one.expected, one.not_collected):
            wrong.append(f"{one.key}: {one.value} for {amount}")
        public = stored.figures[one.key]
        if not public.is_suppressed and (public.rating, public.target) != (rating, target):
            wrong.append(f"{one.key}: {public.rating} of {public.target} for {rating} of {target}")
    assert wrong == []


def test_a_random_part_of_the_figures_equals_the_oracle(
    shared_sample: SampleDatabase, stored: Stored, monkeypatch: pytest.MonkeyPatch, is_soak: bool
) -> None:
    cache_oracle(monkeypatch)
    plans, today = only_plan(shared_sample.plan), stored.book.edition.as_of
    public = [figure for figure in stored.book.figures if not figure.is_suppressed]
    asked = public if is_soak else Random(20260630).sample(public, ASKED)
    assert any(one.key.part for one in asked) and any(one.key.site for one in asked)
    assert [line for one in asked for line in oracle_differences(one, plans, stored.returns, today)] == []


def test_a_pending_or_draft_number_is_in_no_stored_file(stored: Stored) -> None:
    words = [text.encode() for number in (SUBMITTED, DRAFTED) for text in (str(number), f"{number:,}", str(number)[:6])]
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
    assert max(one.value for one in stored.true if one.value is not None) < DRAFTED // 10


def test_the_edition_has_its_own_date(stored: Stored) -> None:
    assert stored.book.edition.as_of == date(2026, 9, 30)
