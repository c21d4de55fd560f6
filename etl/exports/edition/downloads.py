"""Render all downloads of an edition."""

from dataclasses import dataclass

from etl.exports.edition.csv_file import render_table_csv
from etl.exports.edition.data_package import render_package_descriptor, render_package_zip
from etl.exports.edition.iati import render_iati
from etl.exports.edition.json_response import render_edition_json
from etl.exports.edition.tables import EDITION_TABLES
from etl.exports.edition.workbook import WORKBOOK_TYPE, render_edition_workbook
from etl.indicators.editions import EditionContents
from etl.locale import LANGUAGES, get_locale
from etl.publisher.iati import NO_SETTINGS, IatiSettings

FOLDER = "downloads"
API_FIGURES = "api/figures.json"
"""Path of the JSON response among an edition's files; a server has it at `/api/v1/editions/<id>/figures`."""


@dataclass(frozen=True)
class Download:
    """A file of an edition. `language` is blank for files that contain both languages."""

    path: str
    media_type: str
    data: bytes
    language: str = ""


def render_downloads(contents: EditionContents, *, iati: IatiSettings = NO_SETTINGS) -> tuple[Download, ...]:
    """Return the edition as CSV, data package, IATI, JSON, and a workbook in each language."""
    tables = [
        Download(f"{FOLDER}/{table.name}.csv", "text/csv; charset=utf-8", render_table_csv(table, contents))
        for table in EDITION_TABLES
    ]
    workbooks = [
        Download(
            f"{FOLDER}/figures-{language}.xlsx",
            WORKBOOK_TYPE,
            render_edition_workbook(contents, get_locale(language)),
            language,
        )
        for language in LANGUAGES
    ]
    return (
        *tables,
        Download(f"{FOLDER}/datapackage.json", "application/json", render_package_descriptor(contents)),
        Download(f"{FOLDER}/datapackage.zip", "application/zip", render_package_zip(contents)),
        Download(f"{FOLDER}/iati.xml", "application/xml", render_iati(contents, iati)),
        Download(API_FIGURES, "application/json", render_edition_json(contents)),
        *workbooks,
    )
