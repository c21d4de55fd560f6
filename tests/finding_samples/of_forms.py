"""Samples of what can happen to a form on its way: its identity, its header, its rows."""

from dataclasses import replace
from datetime import date
from functools import partial

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan, Plans, PlanVersion
from etl.returns.form.claims import Confirmed
from etl.returns.form_identity import META_SHEET
from tests.finding_samples.sample import VALUE_COLUMN, Sample, World, changed, set_field, unmerge_all
from tests.returns.form_plans import PLAN_YEARS
from tests.returns.intake_cases import AFTER, PLAN, PLANS, QUARTER, edited, filled, row_of
from tests.support.workbooks import raw_workbook


def forget_identity(sheet: Worksheet) -> None:
    """What is left of a sheet that was copied into a new book: cells, no property, no hidden sheet, no id."""
    workbook = sheet.parent
    assert isinstance(workbook, Workbook)
    del workbook[META_SHEET]
    for name in list(workbook.custom_doc_props.names):
        del workbook.custom_doc_props[name]
    set_field("#form", None)(sheet)


def keep_visible_id(sheet: Worksheet) -> None:
    """The same where the copy has the whole header with it: its visible id is still there."""
    said = sheet.cell(row_of(sheet, "#form"), 3).value
    forget_identity(sheet)
    set_field("#form", said)(sheet)


def forget_tags(sheet: Worksheet) -> None:
    for cell in sheet[next(cell.row for cell in sheet["A"] if cell.value == "#key")]:
        cell.value = None


def stand_twice(sheet: Worksheet) -> None:
    sheet.parent.copy_worksheet(sheet)


def rename(sheet: Worksheet) -> None:
    sheet.title = "Q3"


def add_row(key: str | None, value: object, sheet: Worksheet) -> None:
    row = sheet.max_row + 2
    sheet.cell(row, 1, key)
    sheet.cell(row, VALUE_COLUMN, value)


def set_key(sheet: Worksheet) -> None:
    sheet.cell(row_of(sheet, "A-02"), 1, "A02")


def delete_row(sheet: Worksheet) -> None:
    """The last row with a key, so that no other row moves."""
    unmerge_all(sheet)
    sheet.delete_rows(row_of(sheet, "B-04/numerator"))


def change_label(sheet: Worksheet) -> None:
    sheet.cell(row_of(sheet, "A-02"), 2, "Farmers reached")


def merge_values(sheet: Worksheet) -> None:
    row = row_of(sheet, "A-02")
    sheet.merge_cells(start_row=row, end_row=row, start_column=VALUE_COLUMN, end_column=VALUE_COLUMN + 1)


def _of_plan(plan: Plan, version: int = 1) -> World:
    return World(plan=plan, plans=Plans((PlanVersion(version, date.min, plan),)))


def _chosen(site: str, quarter: Quarter) -> World:
    return World(confirmed=Confirmed(site, quarter))


def _closed(plan: Plan) -> Plan:
    return replace(plan, sites=tuple(replace(site, closed_after=QUARTER.plus(-1)) for site in plan.sites))


OTHERS_ONLY = replace(PLAN, sites=tuple(site for site in PLAN.sites if site.code != "one"))
NOTHING_FOR_ONE = replace(PLAN, indicators=tuple(replace(one, reporting_sites=("two",)) for one in PLAN.indicators))
TWO_VERSIONS = Plans((*PLANS.versions, PlanVersion(2, AFTER.replace(month=1), PLAN)))
NEWEST_LATER = Plans((*PLANS.versions, PlanVersion(2, date(PLAN_YEARS[1], 1, 1), PLAN)))
FEWER_KEYS = replace(PLAN, indicators=tuple(one for one in PLAN.indicators if one.code != "A-02"))
ASKED_LESS = Plans((*PLANS.versions, PlanVersion(2, AFTER.replace(month=1), FEWER_KEYS)))
IN_RAI = replace(
    PLAN, indicators=tuple(replace(one, unit="rai") if one.code == "A-02" else one for one in PLAN.indicators)
)
UNIT_CHANGED = Plans((*PLANS.versions, PlanVersion(2, AFTER.replace(month=1), IN_RAI)))
UNIT_CHANGED_LATER = Plans((*PLANS.versions, PlanVersion(2, date(PLAN_YEARS[1], 1, 1), IN_RAI)))
BY_KEYS = ("form-confirmed", "form-older-plan")
OURS = World(signing_key=b"ours")

SAMPLES: tuple[Sample, ...] = (
    Sample("form-not-found", lambda: raw_workbook('<row r="1"><c r="A1"><v>12</v></c></row>')),
    changed("form-tags-missing", forget_tags),
    changed("form-twice", stand_twice),
    changed("form-contradiction", set_field("#form", "two-2025Q3-v1")),
    changed("form-unconfirmed", forget_identity),
    Sample(
        "form-confirmed",
        lambda: edited(filled(), forget_identity),
        world=World(confirmed=Confirmed("one", QUARTER)),
    ),
    changed("form-visible-id", keep_visible_id),
    Sample(
        "form-version-by-keys",
        lambda: edited(filled(), forget_identity),
        world=World(plans=ASKED_LESS, confirmed=Confirmed("one", QUARTER)),
        good_world=World(confirmed=Confirmed("one", QUARTER)),
        also=BY_KEYS,
        because="only a copied sheet has no version, and only an older version is told",
    ),
    Sample(
        "unit-changed",
        filled,
        world=World(plans=UNIT_CHANGED),
        good_world=World(plans=UNIT_CHANGED_LATER),
        also=("form-older-plan",),
        because="only a form of an older version can have another unit",
    ),
    Sample("form-signature", lambda: filled(signing_key=b"theirs"), lambda: filled(signing_key=b"ours"), OURS),
    Sample("form-plan-unknown", filled, world=_of_plan(PLAN, 7), good_world=_of_plan(PLAN)),
    Sample("form-older-plan", filled, world=World(plans=TWO_VERSIONS), good_world=World(plans=NEWEST_LATER)),
    changed("form-sheet-renamed", rename),
    changed("form-basis-unknown", set_field("#basis", "half a year")),
    Sample("site-unknown", filled, world=_of_plan(OTHERS_ONLY), good_world=_of_plan(PLAN)),
    changed("site-contradiction", set_field("#site", "Site two")),
    changed("quarter-contradiction", set_field("#quarter", "2025 Q2")),
    Sample("site-not-chosen", filled, world=_chosen("two", QUARTER), good_world=_chosen("one", QUARTER)),
    Sample("quarter-not-chosen", filled, world=_chosen("one", QUARTER.plus(-1)), good_world=_chosen("one", QUARTER)),
    Sample("nothing-asked", filled, world=_of_plan(NOTHING_FOR_ONE), good_world=_of_plan(PLAN)),
    changed("key-unknown", set_key),
    changed("key-twice-different", partial(add_row, "A-02", 9)),
    changed("key-twice-same", partial(add_row, "A-02", 732.5)),
    changed("key-deleted", delete_row),
    changed("row-without-key", partial(add_row, None, 7)),
    changed("cell-merged", merge_values),
    changed("label-changed", change_label),
    Sample("site-closed", filled, world=_of_plan(_closed(PLAN)), good_world=_of_plan(PLAN)),
)
