"""Read the downloads of an edition back: they contain its numbers and nothing that is withheld."""

import csv
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import frictionless
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from openapi_spec_validator import validate
from openpyxl import load_workbook

from etl.exports.edition.csv_file import render_table_csv
from etl.exports.edition.downloads import API_FIGURES, render_downloads
from etl.exports.edition.iati import list_iati_figures, list_iati_periods, render_iati
from etl.exports.edition.iati_omissions import Omission, count_iati_omissions, describe_iati_omissions
from etl.exports.edition.json_response import render_edition_json
from etl.exports.edition.openapi import render_openapi
from etl.exports.edition.tables import FIGURES
from etl.exports.edition.workbook import render_edition_workbook
from etl.indicators.editions import EditionContents
from etl.locale import get_locale
from tests.support.few_examples import limit_examples
from tests.support.iati_editions import FULL_SETTINGS, make_full_edition
from tests.support.random_editions import make_random_edition
from tests.support.read_editions import index_figures, read_csv, read_iati, read_json, read_workbook

SCHEMA = Path(__file__).resolve().parents[3] / "shared" / "iati" / "iati-activities-schema.xsd"
SEEDS = st.integers(0, 10**6)


def render_files(book: EditionContents) -> dict[str, bytes]:
    return {download.path: download.data for download in render_downloads(book)}


@given(SEEDS)
def test_the_csv_file_contains_the_edition(seed):
    book = make_random_edition(seed)
    assert read_csv(render_table_csv(FIGURES, book)) == index_figures(book.figures)


@given(SEEDS)
def test_the_json_response_contains_the_edition(seed):
    book = make_random_edition(seed)
    assert read_json(render_edition_json(book)) == index_figures(book.figures)
    response = json.loads(render_edition_json(book))
    assert response["edition"]["sample_data"] is book.edition.has_sample_data
    assert response["edition"]["provisional"] is book.plan.is_provisional


@limit_examples(8)
@given(SEEDS)
def test_the_workbook_contains_the_edition(seed):
    book = make_random_edition(seed)
    figures = read_workbook(render_edition_workbook(book, get_locale("en")))
    for key, expected in index_figures(book.figures).items():
        for name, value in expected.items():
            read = figures[key][name]
            if isinstance(value, Decimal):
                assert read == pytest.approx(float(value), rel=1e-14), (key, name)
            else:
                assert (read or None) == (value or None), (key, name)
    assert figures.keys() == index_figures(book.figures).keys()


@pytest.mark.parametrize("seed", range(12))
def test_no_file_contains_a_formula(seed):
    book = make_random_edition(seed)
    files = render_files(book)
    for path, data in files.items():
        if path.endswith(".csv"):
            for row in csv.reader(io.StringIO(data.decode(), newline="")):
                assert not [cell for cell in row if cell[:1] in ("=", "@", "+")], path
        if path.endswith(".xlsx"):
            for sheet in load_workbook(io.BytesIO(data)).worksheets:
                assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"], path


@given(SEEDS)
def test_the_iati_activity_contains_the_years_and_the_plan(seed):
    book = make_random_edition(seed)
    expected = {
        (figure.key.indicator, figure.key.part, figure.key.site, figure.key.period, kind): value
        for indicator in book.plan.indicators
        for period in list_iati_periods(book, indicator)
        for figure in list_iati_figures(book, indicator, period)
        for kind, value in (("target", figure.target), ("actual", figure.value))
        if value is not None
    }
    assert read_iati(render_iati(book), book) == expected


@given(SEEDS)
def test_every_number_of_an_edition_is_in_the_iati_activity_or_counted_as_left_out(seed):
    book = make_random_edition(seed)
    numbers = [figure for figure in book.figures if figure.value is not None]
    exported = [place for place in read_iati(render_iati(book), book) if place[-1] == "actual"]
    counts = count_iati_omissions(book)
    withheld = sum(figure.is_suppressed for figure in book.figures)
    assert Omission.OTHER not in counts
    assert len(exported) + sum(counts.values()) == len(numbers) + withheld
    assert [text for text, _ in describe_iati_omissions(book, get_locale("km")) if text.isascii()] == []


@pytest.mark.skipif(not SCHEMA.exists(), reason="the official IATI schema is not at hand package the project")
@given(SEEDS)
def test_the_iati_activity_is_valid_by_the_official_schema(seed):
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    schema.assertValid(etree.fromstring(render_iati(make_random_edition(seed))))
    schema.assertValid(etree.fromstring(render_iati(make_full_edition(seed), FULL_SETTINGS)))


def test_the_iati_activity_has_measure_direction_and_meaning():
    activity = ElementTree.fromstring(render_iati(make_random_edition(1)))
    expected = {
        indicator.findtext("title/narrative").split()[0]: (
            indicator.get("measure"),
            indicator.get("ascending"),
            indicator.findtext("description/narrative"),
        )
        for indicator in activity.iter("indicator")
    }
    assert expected["A-01"][:2] == ("1", "true") and "not cumulative" in expected["A-01"][2]
    assert expected["A-02"][:2] == ("1", "false") and "levels at the end of a period" in expected["A-02"][2]
    assert expected["B-01"][:2] == ("2", "true") and "do not add them up" in expected["B-01"][2]
    assert "not registered" in activity.findtext(".//description/narrative")


@pytest.mark.parametrize("seed", range(5))
def test_frictionless_finds_the_data_package_valid(seed, tmp_path):
    book = make_random_edition(seed)
    files = render_files(book)
    for path, data in files.items():
        (tmp_path / Path(path).name).write_bytes(data)
    package = frictionless.Package(str(tmp_path / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["resource", "rowNumber", "fieldName", "type", "message"])
    assert len(package.get_resource("figures").read_rows()) == len(book.figures)
    with zipfile.ZipFile(tmp_path / "datapackage.zip") as archive:
        for name in archive.namelist():
            assert archive.read(name) == files[f"downloads/{name}"]


def test_the_data_package_was_created_on_the_cambodian_day_of_its_publication():
    edition = make_random_edition(1)
    created = json.loads(render_files(edition)["downloads/datapackage.json"])["created"]
    assert created == f"{edition.edition.published_on.isoformat()}T00:00:00+07:00"


def test_frictionless_finds_a_wrong_table(tmp_path):
    for path, data in render_files(make_random_edition(1)).items():
        (tmp_path / Path(path).name).write_bytes(data)
    figures = tmp_path / "figures.csv"
    figures.write_bytes(figures.read_bytes().replace(b"A-02", b"A-77", 1))
    assert not frictionless.Package(str(tmp_path / "datapackage.json")).validate().valid


def test_the_openapi_description_is_valid_and_matches_the_response():
    description = json.loads(render_openapi())
    validate(description)
    schema = {"$ref": "#/components/schemas/EditionFigures", "components": description["components"]}
    for seed in range(5):
        response = json.loads(render_files(make_random_edition(seed))[API_FIGURES])
        jsonschema.validate(response, schema)
        response["figures"][0]["value"] = "12"
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(response, schema)


@pytest.mark.parametrize("seed", range(8))
def test_data_notices_are_in_every_file_that_people_open(seed):
    book = make_random_edition(seed)
    files = render_files(book)
    texts = {path: data.decode() for path, data in files.items() if path.endswith((".json", ".xml"))}
    for text in texts.values():
        assert ("Sample data: invented numbers" in text) == book.edition.has_sample_data
        assert "Provisional indicators and targets" in text
    for language, words in (("en", "sample data, not results"), ("km", "ទិន្នន័យ")):
        about = load_workbook(io.BytesIO(files[f"downloads/figures-{language}.xlsx"])).worksheets[0]
        lines = [str(row[0]) for row in about.iter_rows(values_only=True)]
        if book.edition.has_sample_data:
            assert any(words in line for line in lines)
