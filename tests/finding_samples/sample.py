"""Samples of findings: a file with one problem, and its valid counterpart, the same file without the problem."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property

from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan, Plans, make_single_plan
from etl.returns.checks import CheckContext, OtherReturn
from etl.returns.form.claims import Confirmation
from etl.returns.intake import IntakeResult, run_intake
from tests.returns.intake_cases import CHECK_DATE, PLAN, assert_worded, edit_file, find_row, make_return_file
from tests.support.workbooks import change_part

FileBuilder = Callable[[], bytes]
SHEET_PART = "xl/worksheets/sheet1.xml"
VALUE_COLUMN = 7
A_02 = b"<v>732.5</v>"
"""How the valid return stores the value of A-02."""


@dataclass(frozen=True)
class SampleScenario:
    """Everything besides the file that a finding can depend on."""

    plan: Plan = PLAN
    plans: Plans | None = None
    """By default the plan alone."""
    today: date = CHECK_DATE
    is_locked: bool = False
    other_returns: Mapping[Quarter, OtherReturn] = field(default_factory=dict)
    confirmation: Confirmation | None = None
    signing_key: bytes = b""
    file_name: str = "return.xlsx"


DEFAULT_SCENARIO = SampleScenario()


class FilePair:
    """Files that are built once: one with a problem, and its valid counterpart."""

    build_faulty: Callable[[], bytes]
    build_good: Callable[[], bytes]

    @cached_property
    def faulty_file(self) -> bytes:
        return self.build_faulty()

    @cached_property
    def good_file(self) -> bytes:
        return self.build_good()


@dataclass(frozen=True)
class Sample(FilePair):
    """A finding code, a file that causes it, and its valid counterpart."""

    code: str
    build_faulty: FileBuilder
    build_good: FileBuilder = make_return_file
    scenario: SampleScenario = DEFAULT_SCENARIO
    good_scenario: SampleScenario | None = None
    """The scenario in which the same file is valid, if the problem is not in the file."""
    extra_codes: tuple[str, ...] = ()
    """Codes of other findings that the problem always causes, one item per finding."""
    extra_codes_reason: str = ""
    """Why they cannot be avoided."""

    def examine_faulty(self) -> IntakeResult:
        return examine_in_scenario(self.faulty_file, self.scenario)

    def examine_good(self) -> IntakeResult:
        scenario = self.good_scenario or self.scenario
        if scenario == DEFAULT_SCENARIO:
            return _examine_by_default(self.good_file)
        return examine_in_scenario(self.good_file, scenario)


@cache
def _examine_by_default(data: bytes) -> IntakeResult:
    """Run the intake in the default scenario, once for all samples with the same valid counterpart."""
    return examine_in_scenario(data, DEFAULT_SCENARIO)


def examine_in_scenario(data: bytes, scenario: SampleScenario) -> IntakeResult:
    """Run the whole intake on a file in a scenario, and render every finding in both languages."""
    answer = run_intake(
        scenario.file_name,
        data,
        plans=scenario.plans or make_single_plan(scenario.plan),
        make_context=lambda _: CheckContext(scenario.plan, scenario.today, scenario.is_locked, scenario.other_returns),
        confirmation=scenario.confirmation,
        signing_key=scenario.signing_key,
    )
    assert_worded(answer.findings)
    return answer


def make_typed_sample(
    code: str, entries: Mapping[str, object], *, extra_codes: tuple[str, ...] = (), extra_codes_reason: str = ""
) -> Sample:
    """Make a sample with entries typed into the valid return; the counterpart is the valid return."""
    return Sample(
        code, lambda: make_return_file(entries), extra_codes=extra_codes, extra_codes_reason=extra_codes_reason
    )


def make_edited_sample(
    code: str, change: Callable[[Worksheet], object], *, extra_codes: tuple[str, ...] = (), extra_codes_reason: str = ""
) -> Sample:
    """Make a sample by editing and saving the sheet; the counterpart is opened and saved unchanged."""
    return Sample(
        code,
        lambda: edit_file(make_return_file(), change),
        save_valid_return_again,
        extra_codes=extra_codes,
        extra_codes_reason=extra_codes_reason,
    )


def make_xml_sample(code: str, change: Callable[[bytes], bytes], *, part: str = SHEET_PART) -> Sample:
    """Make a sample by changing the XML of one part of the valid return; the checksum stays correct."""
    return Sample(code, lambda: change_part_strictly(make_return_file(), part, change))


def change_part_strictly(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Change a part of the file; fails if nothing changes."""

    def checked(content: bytes) -> bytes:
        other = change(content)
        assert other != content, f"nothing was changed in {part}"
        return other

    return change_part(data, part, checked)


def set_value(key: str, value: object) -> Callable[[Worksheet], object]:
    """Type a value into the value cell of a key."""
    return lambda sheet: sheet.cell(find_row(sheet, key), VALUE_COLUMN, value)


def set_field(tag: str, value: object) -> Callable[[Worksheet], object]:
    """Type a value into a field of the header."""

    def change(sheet: Worksheet) -> None:
        sheet.cell(find_row(sheet, tag), 3).value = value

    return change


def unmerge_all(sheet: Worksheet) -> None:
    """Unmerge all cells, since openpyxl cannot insert or delete rows with merged cells."""
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))


@cache
def save_valid_return_again() -> bytes:
    """Return the valid return as it is after opening and saving it without a change."""
    return edit_file(make_return_file(), lambda sheet: None)
