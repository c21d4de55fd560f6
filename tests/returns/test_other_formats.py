"""A form saved by LibreOffice in another format is refused, with instructions how to convert it."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from etl.locale import get_locale
from etl.returns.findings.finding import render_advice, render_message
from tests.returns.intake_cases import VALID_ENTRIES, examine_file, list_codes, make_return_file
from tests.support.libreoffice import needs_libreoffice, save_as
from tests.support.workbooks import MAIN, RELATIONS, zip_parts

STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    RELATIONS: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
"""The namespaces of an ordinary workbook and of "Strict Open XML"."""


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "return.xlsx"
    path.write_bytes(make_return_file())
    return path


@needs_libreoffice
@pytest.mark.parametrize(
    ("kind", "code", "advice"),
    [
        ("ods", "file-ods", "In LibreOffice choose File, Save As"),
        ("csv", "file-text", "Download the form for your site and quarter"),
        ("xls", "file-old-xls", 'choose File, Save As, and the type "Excel Workbook (.xlsx)"'),
    ],
)
def test_other_formats_are_refused_with_conversion_advice_under_any_name(form, kind, code, advice):
    data = save_as(form, kind).read_bytes()
    for name in (f"return.{kind}", "return.xlsx", "របាយការណ៍.xlsx"):
        result = examine_file(data, name=name)
        assert list_codes(result) == [code] and not result.is_acceptable
        assert advice in render_advice(result.findings[0], get_locale("en")) and ".xlsx" in render_advice(
            result.findings[0], get_locale("km")
        )
        assert render_message(result.findings[0], get_locale("km")) != render_message(
            result.findings[0], get_locale("en")
        )


@needs_libreoffice
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_a_file_converted_back_as_advised_is_accepted(form, kind):
    saved_again = save_as(save_as(form, kind), "xlsx")
    result = examine_file(saved_again.read_bytes())
    assert list_codes(result) == []
    assert {str(cell.key): cell.value for cell in result.parsed_return.cells} == VALID_ENTRIES


def test_strict_open_xml_is_refused_and_not_read_as_empty(form):
    with ZipFile(form) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for ordinary, strict in STRICT.items():
        parts = {name: content.replace(ordinary.encode(), strict.encode()) for name, content in parts.items()}
    result = examine_file(zip_parts(parts))
    assert list_codes(result) == ["file-strict"] and "not Strict" in render_advice(result.findings[0], get_locale("en"))
