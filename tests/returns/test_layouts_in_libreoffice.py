"""A tracking table saved by LibreOffice is read as before."""

from pathlib import Path

from tests.returns.test_layouts import collect_numbers_by_return, parse_sample
from tests.support.layout_tables import make_wide_quarters, make_wide_years, save_workbook
from tests.support.libreoffice import fill_with_libreoffice, needs_libreoffice


@needs_libreoffice
def test_a_wide_table_saved_by_libreoffice_is_read_with_the_typed_value(tmp_path: Path) -> None:
    for name, workbook, cell in (
        ("quarters", make_wide_quarters(), "IPTT!H6"),
        ("years", make_wide_years(), "Rovieng!G4"),
    ):
        before, after = tmp_path / f"{name}.xlsx", tmp_path / f"{name}-saved.xlsx"
        before.write_bytes(save_workbook(workbook))
        fill_with_libreoffice(before, after, {cell: 77}, sheet=cell.partition("!")[0])
        expected, actual = (
            collect_numbers_by_return(parse_sample(before.read_bytes(), "wide")),
            collect_numbers_by_return(parse_sample(after.read_bytes(), "wide")),
        )
        return_name = "BKN 2024Q3" if name == "quarters" else "RVG 2024Q4"
        expected[return_name]["SO3-01"] = 77
        assert actual == expected
