"""Every number of a random tracking table is taken right or named as not taken: never wrong, never unmentioned."""

import os
from dataclasses import replace
from random import Random

from etl.returns.intake import read_file
from etl.returns.layouts.layout import read_layout
from etl.returns.layouts.parse_table import ParsedTable, parse_table
from etl.returns.reasons import NOT_UNDERSTOOD, SET_ASIDE
from tests.support.layout_tables import save_workbook
from tests.support.random_tables import RandomTable, make_random_table
from tests.support.tracking_tables import PLANS, assert_accounted, assert_named, list_all_findings

COUNT = 3000 if os.environ.get("SOAK") else 30
SEED = int(os.environ.get("TABLE_SEED", "1"))


FOUND_WRONG = ("7 1568", "7 1738", "7 1879", "7 1980", "7 2694")
"""Seeds of tables that were read wrong before: women in the column of codes, below a row of targets."""


def test_every_number_of_a_random_table_is_taken_right_or_named() -> None:
    taken = 0
    for seed in (*FOUND_WRONG, *(f"{SEED} {index}" for index in range(COUNT))):
        taken += check_table(make_random_table(Random(seed)), f"table {seed}")
    assert taken > COUNT


def check_table(table: RandomTable, label: str) -> int:
    """Check one table and return how many numbers were taken."""
    contents = read_file("table.xlsx", save_workbook(table.workbook))
    assert contents.workbook is not None and contents.facts is not None
    layout = read_layout(table.layout)
    parsed = parse_table(contents.workbook, contents.facts, plans=PLANS, layout=layout, site="RVG")
    assert_accounted(parsed, table.workbook)
    for finding in list_all_findings(parsed):
        assert_named(finding)
    assert_nothing_wrong(table, parsed, label)
    assert_everything_mentioned(parsed, label)
    return sum(number.taken is not None for number in parsed.account) if parsed.is_acceptable else 0


def assert_nothing_wrong(table: RandomTable, parsed: ParsedTable, label: str) -> None:
    """Assert that a table that would be stored holds the right number of each cell, and all of its results."""
    if not parsed.is_acceptable:
        return
    for number in parsed.account:
        truth = table.truth.get((number.sheet, number.cell))
        place = f"{label}, {number.sheet}!{number.cell} {number.heading!r}"
        if number.taken is not None:
            assert (str(number.taken.quarter), str(number.taken.key)) == truth, place
        else:
            assert truth is None, f"{place}: {number.reason}"


def assert_everything_mentioned(parsed: ParsedTable, label: str) -> None:
    """Assert that a finding names the cell or the heading of each number that is not understood or set aside."""
    texts = " ".join(text for finding in parsed.findings for _, text in finding.parameters)
    for number in parsed.account:
        if number.reason in SET_ASIDE | NOT_UNDERSTOOD:
            assert number.heading in texts or number.sheet in texts, f"{label}: {number}"
    if any(number.reason is not None and number.reason not in SET_ASIDE for number in parsed.account):
        assert parsed.findings, label


def test_the_check_notices_a_wrong_number() -> None:
    table = make_random_table(Random("1 0"))
    wrong = replace_truth(table)
    try:
        check_table(wrong, "changed")
    except AssertionError:
        return
    raise AssertionError("a wrong number was not noticed")


def replace_truth(table: RandomTable) -> RandomTable:
    truth = {place: ("2023Q1", "SO3-07") if meaning else meaning for place, meaning in table.truth.items()}
    return replace(table, truth=truth)
