"""Test how numbers of a current return join those of a table, and the advice that names the choice between both."""

import re

from etl.returns.findings import check_findings, file_findings, form_findings, layout_findings, number_findings
from tests.finding_samples.layout_samples import SAMPLES


def list_sheets(code: str) -> set[str]:
    """Return the sheets of the numbers that the sample of a finding gives after it was joined with a current return."""
    (sample,) = (sample for sample in SAMPLES if sample.code == code)
    return {cell.sheet for table_return in sample.parse_faulty().returns for cell in table_return.cells}


def test_flows_of_another_kind_are_named_and_not_joined_to_the_table() -> None:
    """Joined, quarterly numbers would fail the checks of numbers since 1 January, at cells that the table lacks."""
    assert "Return" in list_sheets("layout-rest-stays")
    assert "Return" not in list_sheets("layout-rest-basis")


def test_advice_names_an_option_only_as_the_command_line_s() -> None:
    modules = (check_findings, file_findings, form_findings, layout_findings, number_findings)
    texts = [text for module in modules for kind in module.KINDS for text in (kind.advice, kind.other_advice)]
    with_options = [text for text in texts if re.search(r"(^|\s)--[a-z]", text)]
    assert with_options and all("(on the command line: --" in text for text in with_options)
