"""A filled form saved by LibreOffice in another format is refused with the steps to send it as it should be."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from etl.locale import get_locale
from etl.returns.findings.finding import render_advice, render_message
from tests.returns.intake_cases import VALID_ENTRIES, codes, examine_file, make_return_file
from tests.support.libreoffice import needs_libreoffice, save_as
from tests.support.workbooks import MAIN, RELATIONS, zip_parts

STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    RELATIONS: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
"""What the namespaces of an ordinary workbook are in one saved as "Strict Open XML"."""


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "return.xlsx"
    path.write_bytes(make_return_file())
    return path


@needs_libreoffice
@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        ("ods", "file-ods", "In LibreOffice choose File, Save As"),
        ("csv", "file-text", "Download the form of your site and quarter"),
        ("xls", "file-old-xls", 'choose File, Save As, and the type "Excel Workbook (.xlsx)"'),
    ],
)
def test_it_is_refused_under_its_own_name_and_renamed_with_the_right_advice(form, kind, code, said):
    data = save_as(form, kind).read_bytes()
    for name in (f"return.{kind}", "return.xlsx", "របាយការណ៍.xlsx"):
        answer = examine_file(data, name=name)
        assert codes(answer) == [code] and not answer.is_acceptable
        assert said in render_advice(answer.findings[0], get_locale("en")) and ".xlsx" in render_advice(
            answer.findings[0], get_locale("km")
        )
        assert render_message(answer.findings[0], get_locale("km")) != render_message(
            answer.findings[0], get_locale("en")
        )


@needs_libreoffice
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_saved_back_as_a_workbook_as_the_advice_says_it_is_taken(form, kind):
    back = save_as(save_as(form, kind), "xlsx")
    answer = examine_file(back.read_bytes())
    assert codes(answer) == []
    assert {str(cell.key): cell.value for cell in answer.parsed_return.cells} == VALID_ENTRIES


def test_strict_open_xml_in_every_part_is_refused_before_it_is_read_as_empty(form):
    with ZipFile(form) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for ordinary, strict in STRICT.items():
        parts = {name: content.replace(ordinary.encode(), strict.encode()) for name, content in parts.items()}
    answer = examine_file(zip_parts(parts))
    assert codes(answer) == ["file-strict"] and "not Strict" in render_advice(answer.findings[0], get_locale("en"))
