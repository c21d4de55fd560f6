"""Test the Khmer messages of plan issues: no English sentence, and the same names, values and locations."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from etl.locale import get_locale
from etl.locale.translations import read_catalogue
from etl.plan import PlanIssue, write_plan_workbook
from etl.plan.compare_plans import find_reused_codes
from etl.plan.issues import Message
from etl.plan.schemas import FILE_SCHEMAS, SETTINGS
from etl.use_cases.plans.read_plan_file import read_plan_file
from tests.house.test_catalogues import extract_texts
from tests.plan.test_plan_rules import ONE_CELL
from tests.plan.test_totals_rules import add_indicator
from tests.support.plan_edits import OTHER_PLAN, Edit, append_row, apply_edits, copy_plan, read_records, write_records
from tests.support.stage_plans import make_stage_plan

IN_KHMER = get_locale("km").gettext
ENGLISH = re.compile(r"[A-Za-z']{2,} [A-Za-z']{2,}")
KHMER = re.compile("[\u1780-\u17ff]")
QUOTED = "CSV UTF-8 (comma delimited)"
"""The name of a file format in spreadsheet programs, the same in both languages."""

UNTESTED_MESSAGES = {
    "the file is larger than {max} bytes; check that it is a plan file",
    "the file can't be read ({problem}); check it and its permissions",
    "codes with ; between them",
}
"""Messages for huge or locked files, and advice for required columns of codes, which don't exist."""

MORE_EDITS = [
    Edit("indicators", "L.3", "across_sites", "centre"),
    Edit("indicators", "P.1", "across_sites", "mean"),
    Edit("indicators", "L.2", "maximum", "4.4"),
    Edit("targets", "L.3//2028", "value", "101"),
    Edit("indicators", "P.1", "season_q2", "0.30"),
    Edit("indicators", "L.1", "season_q1", "0.25"),
    Edit("indicators", "S.3", "reporting_sites", ""),
    Edit("indicators", "P.2", "denominator_ref", "P.3"),
    Edit("indicators", "P.2", "measure", "number"),
    Edit("indicators", "P.1", "source", "derived"),
    Edit("indicators", "P.3", "measure", "number"),
    Edit("indicators", "P.1", "reporting_sites", "01"),
    Edit("indicators", "L.1", "successor", "L.9"),
    Edit("indicators", "L.2", "reported", "milestone"),
    Edit("indicators", "L.1", "name_en", "a\x01b"),
    Edit("indicators", "L.1", "definition_en", "x" * 32_001),
    Edit("indicators", "P.1", "baseline_value", "7"),
    Edit("objectives", "LAND", "code", "WOODS"),
    Edit("plan", "effective_from", "value", "soon"),
    Edit("targets", "P.1/01/2025", "value", "95"),
    Edit("targets", "L.2//2024", "year", "2023"),
    Edit("targets", "S.1/01/2024", "site", "N-2"),
    Edit("sites", "N-2", "iso_3166_2", "Kampot"),
    Edit("sites", "N-2", "iso_3166_2", ""),
    Edit("sites", "N-2", "province_en", "Kep"),
    Edit("sites", "east.3", "code", "kh-7"),
    Edit("plan", "headlines", "value", "S.1; NONE-9"),
]


def remove_parameters(message: Message) -> Message:
    """Return the message without names and values."""
    return replace(
        message,
        parameters=tuple(
            (name, remove_parameters(value) if isinstance(value, Message) else "") for name, value in message.parameters
        ),
    )


def iterate_values(message: Message) -> Iterator[str]:
    for _, value in message.parameters:
        yield from iterate_values(value) if isinstance(value, Message) else (value,)


def iterate_templates(message: Message) -> Iterator[str]:
    yield message.template
    for _, value in message.parameters:
        yield from iterate_templates(value) if isinstance(value, Message) else ()


def iterate_issues_of_cells(folder: Path) -> Iterator[PlanIssue]:
    for at, edit in enumerate([*(cell_edit for cell_edit, _ in ONE_CELL), *MORE_EDITS]):
        plan = copy_plan(folder / f"cell {at}")
        if any(list(record.values())[0] == edit.row.split("/")[0] for record in read_records(plan, edit.file)):
            apply_edits(plan, edit)
        else:
            append_row(plan, edit.file, {"key": edit.row, edit.column: edit.text})
        yield from read_plan_file(plan).issues


def iterate_issues_of_lost_letters(folder: Path) -> Iterator[PlanIssue]:
    for at, text in enumerate(("????", "ចំនួន".encode().decode("cp1252", "replace"), "cMnYnksikr")):
        plan = copy_plan(folder / f"lost letters {at}")
        apply_edits(plan, Edit("indicators", "L.1", "name_km", text))
        yield from read_plan_file(plan).issues


def iterate_issues_of_combined_cells(folder: Path) -> Iterator[PlanIssue]:
    plan = copy_plan(folder / "seasons")
    apply_edits(plan, *(Edit("indicators", "L.1", f"season_q{quarter}", "0.25") for quarter in (1, 2, 3, 4)))
    yield from read_plan_file(plan).issues
    plan = copy_plan(folder / "empty objective")
    apply_edits(plan, *(Edit("indicators", code, "objective", "SEED") for code in ("L.1", "L.2", "L.3")))
    yield from read_plan_file(plan).issues
    plan = copy_plan(folder / "milestone")
    apply_edits(plan, Edit("indicators", "L.2", "reported", "milestone"))
    write_records(plan, "targets", [record for record in read_records(plan, "targets") if record["indicator"] != "L.2"])
    yield from read_plan_file(plan).issues
    plan = copy_plan(folder / "shares")
    apply_edits(
        plan, Edit("indicators", "S.3", "across_sites", "sum"), Edit("indicators", "S.3", "reporting_sites", "")
    )
    yield from read_plan_file(plan).issues
    yield from iterate_issues_of_totals(folder)
    plan = copy_plan(folder / "site base")
    year = next(record["baseline_year"] for record in read_records(plan, "indicators") if record["code"] == "P.1")
    append_row(plan, "targets", {"indicator": "P.1", "year": year, "value": "1"})
    for site in ("01", "N-2", "east.3"):
        append_row(plan, "targets", {"indicator": "P.1", "site": site, "year": year, "value": "1"})
    apply_edits(plan, Edit("indicators", "P.1", "baseline_value", "987"))
    yield from read_plan_file(plan).issues
    plan = copy_plan(folder / "parts")
    rows = [("P.1", "sex/womn"), ("P.1", "crop/rice"), ("L.1", "sex/women"), ("P.1", "sex/women"), ("P.1", "sex/men")]
    for indicator, part in rows:
        append_row(plan, "targets", {"indicator": indicator, "year": "2025", "part": part, "value": "999"})
    yield from read_plan_file(plan).issues


def iterate_issues_of_provinces(folder: Path) -> Iterator[PlanIssue]:
    plan = copy_plan(folder / "provinces")
    apply_edits(
        plan,
        Edit("indicators", "L.3", "across_sites", "centre"),
        Edit("indicators", "L.3", "reporting_sites", "01"),
        Edit("indicators", "S.1", "reporting_sites", "01;N-2"),
    )
    for indicator, province, value in (("P.1", "KH-7", "140"), ("L.3", "KH-7", "1"), ("S.1", "KH-21", "1")):
        append_row(plan, "targets", {"indicator": indicator, "site": province, "year": "2025", "value": value})
    apply_edits(
        plan,
        Edit("sites", "01", "district_en", "Tuek Chhou"),
        Edit("sites", "N-2", "district_en", "Kep"),
        Edit("sites", "east.3", "ncdd_code", "0708"),
    )
    yield from read_plan_file(plan).issues


def iterate_issues_of_stages(folder: Path) -> Iterator[PlanIssue]:
    """Yield the issues of stages: ranks, words, targets, parts, and the kind of indicator."""
    sets_of_rows = {
        "gap": (("1", "a", "a", ""), ("3", "b", "b", "")),
        "late": (("2", "a", "a", ""), ("3", "b", "NC", "")),
        "same": (("1", "a", "a", ""), ("1", "b", "a", "")),
        "no": (("1", "no", "no", ""), ("2", "yes", "yes", "")),
        "one": (("1", "no", "no", ""),),
    }
    for name, rows in sets_of_rows.items():
        yield from read_plan_file(make_stage_plan(folder / name, rows)).issues
    plan = make_stage_plan(folder / "stages")
    append_row(plan, "stages", {"indicator": "L.1", "rank": "1", "code": "x", "label_en": "x"})
    append_row(plan, "disaggregations", {"indicator": "S.1", "dimension": "a", "category": "b", "exhaustive": "no"})
    append_row(plan, "targets", {"indicator": "S.1", "site": "01", "year": "2026", "value": "planned"})
    append_row(plan, "targets", {"indicator": "S.1", "site": "N-2", "year": "2026", "value": "done"})
    apply_edits(plan, Edit("indicators", "S.1", "over_time", "average"))
    apply_edits(plan, Edit("indicators", "L.2", "across_sites", "minimum"))
    apply_edits(plan, Edit("indicators", "S.2", "denominator_ref", "S.1"))
    yield from read_plan_file(plan).issues


def iterate_issues_of_unique_people(folder: Path) -> Iterator[PlanIssue]:
    plan = copy_plan(folder / "unique people")
    edits = {"unique": "register", "counts_people": "no", "across_sites": "maximum", "over_time": "maximum"}
    apply_edits(plan, *(Edit("indicators", "P.1", column, text) for column, text in edits.items()))
    apply_edits(plan, Edit("indicators", "P.3", "unique", "register"))
    yield from read_plan_file(plan).issues


def iterate_issues_of_totals(folder: Path) -> Iterator[PlanIssue]:
    plan = copy_plan(folder / "totals")
    columns = {
        "sum_of": "S.1;S.2",
        "over_time": "flow",
        "target_basis": "annual",
        "whole": "yes",
        "reporting_sites": "01",
    }
    add_indicator(plan, "S.4", "S.1", **columns)
    add_indicator(plan, "S.5", "S.1", source="derived", sum_of="S.1;S.5", reporting_sites="east.3;01;N-2")
    add_indicator(plan, "S.6", "S.3", source="derived", sum_of="S.1;S.3")
    add_indicator(plan, "S.7", "S.3", source="derived", measure="ratio", sum_of="S.6;S.3", whole="yes")
    add_indicator(plan, "S.8", "S.1", source="derived", sum_of="S.1")
    add_indicator(plan, "P.4", "P.1", unique="register")
    add_indicator(plan, "P.5", "P.1", source="derived", sum_of="P.1;P.4")
    append_row(plan, "targets", {"indicator": "S.8", "year": "2024", "value": "1"})
    for code, exhaustive in (("S.5", "yes"), ("S.1", "no"), ("S.6", "yes")):
        row = {"indicator": code, "dimension": "crop", "category": "rice", "exhaustive": exhaustive, "label_en": "Rice"}
        append_row(plan, "disaggregations", row)
    yield from read_plan_file(plan).issues


def iterate_issues_of_files(folder: Path) -> Iterator[PlanIssue]:
    heads = {
        "odd": "site,alias,colour,,alias\n01,x\n",
        "close": "site,aliias\n",
        "semicolons": "site;alias\n",
        "blank": "",
        "open": 'site,alias\n01,"x\n',
        "long": "site,alias\n01,one, two\n",
    }
    for name, content in heads.items():
        plan = copy_plan(folder / name)
        (plan / "site_aliases.csv").write_text(content, encoding="utf-8")
        yield from read_plan_file(plan).issues
    plan = copy_plan(folder / "files")
    (plan / "sites.csv").unlink()
    (plan / "programmes.csv").write_bytes(b"code\n\xe9\n")
    (plan / "budget.csv").write_text("a,b\n", encoding="utf-8")
    yield from read_plan_file(plan).issues
    (folder / "plan.pdf").write_bytes(b"%PDF")
    for name in ("plan.csv", "plan.pdf"):
        yield from read_plan_file(folder / name).issues


def iterate_issues_of_rows(folder: Path) -> Iterator[PlanIssue]:
    plan = copy_plan(folder / "rows")
    append_row(plan, "targets", {"indicator": "L.1", "year": "2025", "value": "1"})
    records = [record for record in read_records(plan, "plan") if record["key"] != "first_year"]
    write_records(plan, "plan", [*records, {"key": "colour", "value": "green"}, {"key": "due_days", "value": "1"}])
    write_records(plan, "objectives", [])
    yield from read_plan_file(plan).issues


def iterate_issues_of_workbooks(folder: Path) -> Iterator[PlanIssue]:
    plan = read_plan_file(OTHER_PLAN).plan
    assert plan is not None
    book = load_workbook(io.BytesIO(write_plan_workbook(plan)))
    book["Targets"]["D3"], book["Targets"]["D4"], book["Targets"]["D5"] = "#DIV/0!", "=1+1", datetime(2025, 3, 1)
    book.create_sheet("Notes")
    del book["Site aliases"]
    book.save(folder / "plan.xlsx")
    yield from read_plan_file(folder / "plan.xlsx").issues
    (folder / "broken.xlsx").write_bytes(b"PK")
    yield from read_plan_file(folder / "broken.xlsx").issues
    shorter_plan = replace(
        plan, indicators=tuple(indicator for indicator in plan.indicators if indicator.code != "L.1")
    )
    renamed = replace(plan.indicators[0], name=replace(plan.indicators[0].name, en="Ponds dug"))
    yield from find_reused_codes([plan, shorter_plan], replace(plan, indicators=(renamed, *plan.indicators[1:])))
    for code in (plan.objectives[0].code, plan.sites[0].code, plan.programmes[0].code):
        yield from find_reused_codes([plan], replace(plan, indicators=(replace(renamed, code=code),)))
    yield from find_reused_codes([plan], replace(shorter_plan, sites=(*plan.sites, replace(plan.sites[1], code="L.1"))))


@pytest.fixture(scope="module")
def issues(tmp_path_factory: pytest.TempPathFactory) -> list[PlanIssue]:
    folder = tmp_path_factory.mktemp("issues")
    generators = (
        iterate_issues_of_cells,
        iterate_issues_of_lost_letters,
        iterate_issues_of_combined_cells,
        iterate_issues_of_provinces,
        iterate_issues_of_stages,
        iterate_issues_of_unique_people,
        iterate_issues_of_files,
        iterate_issues_of_rows,
        iterate_issues_of_workbooks,
    )
    return [issue for generate in generators for issue in generate(folder)]


def test_issues_of_every_kind_are_tested(issues: list[PlanIssue]) -> None:
    marked_messages = {
        text
        for text, location in extract_texts().items()
        if location.startswith("etl/plan/") and "plan_guide" not in location
    }
    change_messages = {
        text for text, location in extract_texts().items() if "compare_plans" in location and "never used" not in text
    }
    used = {text for issue in issues for text in iterate_templates(issue.wording)}
    assert sorted(marked_messages - change_messages - used) == sorted(UNTESTED_MESSAGES)


def test_khmer_issues_contain_no_english_sentence(issues: list[PlanIssue]) -> None:
    bare_messages = {remove_parameters(issue.wording) for issue in issues}
    assert not [message for message in bare_messages if ENGLISH.search(message.render(IN_KHMER).replace(QUOTED, ""))]
    assert not [message for message in bare_messages if not KHMER.search(message.render(IN_KHMER))]
    assert all(ENGLISH.search(str(message)) for message in bare_messages if len(message.template) > 50)


def test_issues_contain_names_and_values_in_both_languages(issues: list[PlanIssue]) -> None:
    for issue in issues:
        for _ in (get_locale("en").gettext, IN_KHMER):
            text = issue.wording.render(_)
            assert not [value for value in iterate_values(issue.wording) if value not in text], text


def test_str_of_an_issue_is_its_english_message(issues: list[PlanIssue]) -> None:
    for issue in issues:
        where = f"{issue.file}, {issue.location}" if issue.location else issue.file
        assert str(issue) == f"{where}: {issue.wording.render(get_locale('en').gettext)}"
    (issue,) = {issue for issue in issues if "direction is 'up'" in issue.message}
    assert str(issue).endswith(", column direction: direction is 'up'; write increase, decrease or maintain")


def test_column_descriptions_have_khmer_translations() -> None:
    descriptions = {column.description for schema in FILE_SCHEMAS for column in schema.columns} | {
        column.description for column in SETTINGS
    }
    assert not descriptions - set(read_catalogue("km").texts)
