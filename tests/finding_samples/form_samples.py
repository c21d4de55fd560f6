"""Samples of changes to a form's identity, header and rows."""

from dataclasses import replace
from datetime import date
from functools import partial

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan, Plans, PlanVersion
from etl.returns.form.claims import Confirmation
from etl.returns.form_identity import META_SHEET
from tests.finding_samples.sample import (
    VALUE_COLUMN,
    Sample,
    SampleScenario,
    make_edited_sample,
    set_field,
    unmerge_all,
)
from tests.returns.form_plans import PLAN_YEARS
from tests.returns.intake_cases import CHECK_DATE, PLAN, PLANS, QUARTER, edit_file, find_row, make_return_file
from tests.support.workbooks import make_raw_workbook


def remove_identity(sheet: Worksheet) -> None:
    """Remove what a sheet copied into a new workbook loses: the property, the hidden sheet and the form id."""
    workbook = sheet.parent
    assert isinstance(workbook, Workbook)
    del workbook[META_SHEET]
    for name in list(workbook.custom_doc_props.names):
        del workbook.custom_doc_props[name]
    set_field("#form", None)(sheet)


def keep_visible_id(sheet: Worksheet) -> None:
    """Remove the same, but keep the visible form id in the header."""
    form_id = sheet.cell(find_row(sheet, "#form"), 3).value
    remove_identity(sheet)
    set_field("#form", form_id)(sheet)


def remove_tags(sheet: Worksheet) -> None:
    for cell in sheet[next(cell.row for cell in sheet["A"] if cell.value == "#key")]:
        cell.value = None


def duplicate_sheet(sheet: Worksheet) -> None:
    sheet.parent.copy_worksheet(sheet)


def rename_sheet(sheet: Worksheet) -> None:
    sheet.title = "Q3"


def add_row(key: str | None, value: object, sheet: Worksheet) -> None:
    row = sheet.max_row + 2
    sheet.cell(row, 1, key)
    sheet.cell(row, VALUE_COLUMN, value)


def change_key(sheet: Worksheet) -> None:
    sheet.cell(find_row(sheet, "A-02"), 1, "A02")


def delete_row(sheet: Worksheet) -> None:
    """Delete the last row with a key, so that no other row moves."""
    unmerge_all(sheet)
    sheet.delete_rows(find_row(sheet, "B-04/numerator"))


def change_label(sheet: Worksheet) -> None:
    sheet.cell(find_row(sheet, "A-02"), 2, "Farmers reached")


def merge_values(sheet: Worksheet) -> None:
    row = find_row(sheet, "A-02")
    sheet.merge_cells(start_row=row, end_row=row, start_column=VALUE_COLUMN, end_column=VALUE_COLUMN + 1)


def _plan_scenario(plan: Plan, version: int = 1) -> SampleScenario:
    return SampleScenario(plan=plan, plans=Plans((PlanVersion(version, date.min, plan),)))


def _make_confirmed_scenario(site: str, quarter: Quarter) -> SampleScenario:
    return SampleScenario(confirmation=Confirmation(site, quarter))


def _close_sites(plan: Plan) -> Plan:
    return replace(plan, sites=tuple(replace(site, closed_after=QUARTER.shift(-1)) for site in plan.sites))


OTHERS_ONLY = replace(PLAN, sites=tuple(site for site in PLAN.sites if site.code != "one"))
NOTHING_FOR_ONE = replace(
    PLAN, indicators=tuple(replace(indicator, reporting_sites=("two",)) for indicator in PLAN.indicators)
)
TWO_VERSIONS = Plans((*PLANS.versions, PlanVersion(2, CHECK_DATE.replace(month=1), PLAN)))
NEWEST_LATER = Plans((*PLANS.versions, PlanVersion(2, date(PLAN_YEARS[1], 1, 1), PLAN)))
FEWER_KEYS = replace(PLAN, indicators=tuple(indicator for indicator in PLAN.indicators if indicator.code != "A-02"))
FEWER_KEYS_PLANS = Plans((*PLANS.versions, PlanVersion(2, CHECK_DATE.replace(month=1), FEWER_KEYS)))
IN_RAI = replace(
    PLAN,
    indicators=tuple(
        replace(indicator, unit="rai") if indicator.code == "A-02" else indicator for indicator in PLAN.indicators
    ),
)
UNIT_CHANGED = Plans((*PLANS.versions, PlanVersion(2, CHECK_DATE.replace(month=1), IN_RAI)))
UNIT_CHANGED_LATER = Plans((*PLANS.versions, PlanVersion(2, date(PLAN_YEARS[1], 1, 1), IN_RAI)))
BY_KEYS = ("form-confirmed", "form-older-plan")
OWN_KEY = SampleScenario(signing_key=b"ours")

SAMPLES: tuple[Sample, ...] = (
    Sample("form-not-found", lambda: make_raw_workbook('<row r="1"><c r="A1"><v>12</v></c></row>')),
    make_edited_sample("form-tags-missing", remove_tags),
    make_edited_sample("form-twice", duplicate_sheet),
    make_edited_sample("form-contradiction", set_field("#form", "two-2025Q3-v1")),
    make_edited_sample("form-unconfirmed", remove_identity),
    Sample(
        "form-confirmed",
        lambda: edit_file(make_return_file(), remove_identity),
        scenario=SampleScenario(confirmation=Confirmation("one", QUARTER)),
    ),
    make_edited_sample("form-visible-id", keep_visible_id),
    Sample(
        "form-version-by-keys",
        lambda: edit_file(make_return_file(), remove_identity),
        scenario=SampleScenario(plans=FEWER_KEYS_PLANS, confirmation=Confirmation("one", QUARTER)),
        good_scenario=SampleScenario(confirmation=Confirmation("one", QUARTER)),
        extra_codes=BY_KEYS,
        extra_codes_reason="only a copied sheet has no version, and only an older version causes a finding",
    ),
    Sample(
        "unit-changed",
        make_return_file,
        scenario=SampleScenario(plans=UNIT_CHANGED),
        good_scenario=SampleScenario(plans=UNIT_CHANGED_LATER),
        extra_codes=("form-older-plan",),
        extra_codes_reason="only a form of an older version can have another unit",
    ),
    Sample(
        "form-signature",
        lambda: make_return_file(signing_key=b"theirs"),
        lambda: make_return_file(signing_key=b"ours"),
        OWN_KEY,
    ),
    Sample("form-plan-unknown", make_return_file, scenario=_plan_scenario(PLAN, 7), good_scenario=_plan_scenario(PLAN)),
    Sample(
        "form-older-plan",
        make_return_file,
        scenario=SampleScenario(plans=TWO_VERSIONS),
        good_scenario=SampleScenario(plans=NEWEST_LATER),
    ),
    make_edited_sample("form-sheet-renamed", rename_sheet),
    make_edited_sample("form-basis-unknown", set_field("#basis", "half a year")),
    Sample("site-unknown", make_return_file, scenario=_plan_scenario(OTHERS_ONLY), good_scenario=_plan_scenario(PLAN)),
    make_edited_sample("site-contradiction", set_field("#site", "Site two")),
    make_edited_sample("quarter-contradiction", set_field("#quarter", "2025 Q2")),
    Sample(
        "site-not-chosen",
        make_return_file,
        scenario=_make_confirmed_scenario("two", QUARTER),
        good_scenario=_make_confirmed_scenario("one", QUARTER),
    ),
    Sample(
        "quarter-not-chosen",
        make_return_file,
        scenario=_make_confirmed_scenario("one", QUARTER.shift(-1)),
        good_scenario=_make_confirmed_scenario("one", QUARTER),
    ),
    Sample(
        "nothing-asked", make_return_file, scenario=_plan_scenario(NOTHING_FOR_ONE), good_scenario=_plan_scenario(PLAN)
    ),
    make_edited_sample("key-unknown", change_key),
    make_edited_sample("key-twice-different", partial(add_row, "A-02", 9)),
    make_edited_sample("key-twice-same", partial(add_row, "A-02", 732.5)),
    make_edited_sample("key-deleted", delete_row),
    make_edited_sample("row-without-key", partial(add_row, None, 7)),
    make_edited_sample("cell-merged", merge_values),
    make_edited_sample("label-changed", change_label),
    Sample(
        "site-closed", make_return_file, scenario=_plan_scenario(_close_sites(PLAN)), good_scenario=_plan_scenario(PLAN)
    ),
)
