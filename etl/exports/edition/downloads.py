"""All that can be downloaded of an edition, each under its path."""

from dataclasses import dataclass

from etl.exports.edition.csv_file import table_as_csv
from etl.exports.edition.iati import edition_as_iati
from etl.exports.edition.json_answer import edition_as_json
from etl.exports.edition.package import package_as_zip, package_description
from etl.exports.edition.tables import EDITION_TABLES
from etl.exports.edition.workbook import WORKBOOK_TYPE, edition_workbook
from etl.indicators.editions import Book
from etl.locale.translations import LANGUAGES

FOLDER = "downloads"
API_FIGURES = "api/figures.json"
"""Where the JSON answer lies among an edition's files; its address on a server is `/api/v1/editions/<id>/figures`."""


@dataclass(frozen=True)
class Download:
    """A file of an edition. Khmer and English stand in one file, the workbook apart: `language` is blank for both."""

    path: str
    media_type: str
    data: bytes
    language: str = ""


def edition_downloads(book: Book, *, organisation: str = "") -> tuple[Download, ...]:
    """CSV, data package, IATI, JSON, and a workbook in each language, all of the same frozen numbers."""
    tables = [
        Download(f"{FOLDER}/{table.name}.csv", "text/csv; charset=utf-8", table_as_csv(table, book))
        for table in EDITION_TABLES
    ]
    workbooks = [
        Download(f"{FOLDER}/figures-{language}.xlsx", WORKBOOK_TYPE, edition_workbook(book, language), language)
        for language in LANGUAGES
    ]
    return (
        *tables,
        Download(f"{FOLDER}/datapackage.json", "application/json", package_description(book)),
        Download(f"{FOLDER}/datapackage.zip", "application/zip", package_as_zip(book)),
        Download(f"{FOLDER}/iati.xml", "application/xml", edition_as_iati(book, organisation=organisation)),
        Download(API_FIGURES, "application/json", edition_as_json(book)),
        *workbooks,
    )
