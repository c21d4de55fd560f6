"""A return of the small plan as a form that somebody filled, sent through the whole intake."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.periods import Quarter, parse_quarter
from etl.indicators.plans import only_plan
from etl.indicators.vocabulary import Basis, parse_key
from etl.returns.checks import CheckContext, EarlierReturn
from etl.returns.findings.finding import Finding, advice, message
from etl.returns.form.build import build_form
from etl.returns.intake import Examined, examine
from tests.returns.form_plans import a_form_plan

PLAN = a_form_plan()
PLANS = only_plan(PLAN)
QUARTER = Quarter(2025, 3)
AFTER = date(2025, 10, 20)
GOOD: dict[str, object] = {
    "A-01": 12,
    "A-01/sex/women": 5,
    "A-01/kind/new": 4,
    "A-01/kind/old": 8,
    "A-02": Decimal("732.5"),
    "A-03/numerator": 3,
    "A-03/denominator": 4,
    "B-04/numerator": 700,
}
"""A return of site one without a fault."""


def filled(entries: Mapping[str, object] = {}, *, quarter: Quarter = QUARTER, **fields: Any) -> bytes:
    """The good return as a file, with some entries changed; None leaves a cell blank."""
    site = fields.pop("site", "one")
    return build_form(PLAN, 1, site, quarter, entries={**GOOD, **entries}, **fields)


def examined(data: bytes, *, name: str = "return.xlsx", **known: Any) -> Examined:
    """What the intake says of the file; `today`, `locked` and `others` go to the checks, the rest to the intake."""
    context = CheckContext(PLAN, known.pop("today", AFTER), known.pop("locked", False), known.pop("others", {}))
    plans = known.pop("plans", PLANS)
    answer = examine(name, data, plans=plans, context_for=lambda _: context, **known)
    say_all(answer.findings)
    return answer


def codes(answer: Examined) -> list[str]:
    return [finding.code for finding in answer.findings]


def say_all(findings: tuple[Finding, ...]) -> None:
    """Every finding has its words in both languages, with nothing left to fill in."""
    for finding in findings:
        for language in ("en", "km"):
            assert message(finding, language) and advice(finding, language)


def find(answer: Examined, code: str) -> Finding:
    """The one finding of the code."""
    (only,) = (finding for finding in answer.findings if finding.code == code)
    return only


def edited(data: bytes, change: Callable[[Worksheet], object]) -> bytes:
    """The file opened, changed on its first sheet and saved, as a person would."""
    workbook = load_workbook(BytesIO(data))
    change(workbook.worksheets[0])
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def row_of(sheet: Worksheet, key: str) -> int:
    return next(cell.row for cell in sheet["A"] if cell.value == key)


def an_earlier(basis: Basis = Basis.QUARTER, **values: object) -> EarlierReturn:
    """Another return of the site: `an_earlier(A_01=5, A_01__sex__women=2)`."""
    keys = {name: parse_key(name.replace("__", "/").replace("_", "-")) for name in values}
    return EarlierReturn(basis, {keys[name]: Decimal(str(value)) for name, value in values.items()})


def quarters(**returns: EarlierReturn) -> dict[Quarter, EarlierReturn]:
    """`quarters(Q2025Q1=...)`."""
    return {parse_quarter(name[1:]): one for name, one in returns.items()}
