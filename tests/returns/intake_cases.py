"""Build returns of a small plan and run them through the whole intake."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.periods import Quarter, parse_quarter
from etl.indicators.plans import make_single_plan
from etl.indicators.vocabulary import Basis, parse_key
from etl.locale import get_locale
from etl.returns.checks import CheckContext, OtherReturn
from etl.returns.findings.finding import Finding, render_advice, render_message
from etl.returns.intake import IntakeResult, run_intake
from tests.returns.form_plans import make_form_plan
from tests.support.cached_forms import get_form

PLAN = make_form_plan()
PLANS = make_single_plan(PLAN)
QUARTER = Quarter(2025, 3)
CHECK_DATE = date(2025, 10, 20)
VALID_ENTRIES: dict[str, object] = {
    "A-01": 12,
    "A-01/sex/women": 5,
    "A-01/kind/new": 4,
    "A-01/kind/old": 8,
    "A-02": Decimal("732.5"),
    "A-03/numerator": 3,
    "A-03/denominator": 4,
    "B-04/numerator": 700,
}
"""The entries of a valid return of site `one`."""


def make_return_file(entries: Mapping[str, object] = {}, *, quarter: Quarter = QUARTER, **fields: Any) -> bytes:
    """Return the valid return as a file with some entries changed. None leaves a cell blank."""
    site = fields.pop("site", "one")
    return get_form(PLAN, 1, site, quarter, entries={**VALID_ENTRIES, **entries}, **fields)


def examine_file(data: bytes, *, name: str = "return.xlsx", **options: Any) -> IntakeResult:
    """Run the intake on a file. `today`, `locked` and `others` go to the checks, other options to the intake."""
    context = CheckContext(
        PLAN, options.pop("today", CHECK_DATE), options.pop("locked", False), options.pop("others", {})
    )
    plans = options.pop("plans", PLANS)
    result = run_intake(name, data, plans=plans, make_context=lambda _: context, **options)
    assert_worded(result.findings)
    return result


def list_codes(result: IntakeResult) -> list[str]:
    return [finding.code for finding in result.findings]


def assert_worded(findings: tuple[Finding, ...]) -> None:
    """Assert that every finding has a message and advice in both languages."""
    for finding in findings:
        for language in ("en", "km"):
            assert render_message(finding, get_locale(language)) and render_advice(finding, get_locale(language))


def get_finding(result: IntakeResult, code: str) -> Finding:
    """Return the only finding with a code."""
    (match,) = (finding for finding in result.findings if finding.code == code)
    return match


def edit_file(data: bytes, change: Callable[[Worksheet], object]) -> bytes:
    """Open a file, change its first sheet and save it."""
    workbook = load_workbook(BytesIO(data))
    change(workbook.worksheets[0])
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def find_row(sheet: Worksheet, key: str) -> int:
    return next(cell.row for cell in sheet["A"] if cell.value == key)


def make_other_return(basis: Basis = Basis.QUARTER, **values: object) -> OtherReturn:
    """Return another return of the site: `make_other_return(A_01=5, A_01__sex__women=2)`."""
    keys = {name: parse_key(name.replace("__", "/").replace("_", "-")) for name in values}
    return OtherReturn(basis, {keys[name]: Decimal(str(value)) for name, value in values.items()})


def map_returns_by_quarter(**returns: OtherReturn) -> dict[Quarter, OtherReturn]:
    """Return returns by quarter: `map_returns_by_quarter(Q2025Q1=...)`."""
    return {parse_quarter(name[1:]): other_return for name, other_return in returns.items()}
