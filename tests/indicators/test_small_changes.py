"""Worked cases of small changes that other tests did not notice, and random changes that tests must notice."""

import ast
import os
from decimal import Decimal
from pathlib import Path

import pytest

from etl.indicators.editions import EditionFigure, FigureKey
from etl.indicators.results import NoValue, ReportingRate
from etl.indicators.small_counts import protect_small_counts
from tests.support.builders import make_indicator, make_plan
from tests.support.mutations import (
    ROOT,
    apply_mutation,
    find_survivors,
    list_mutations,
    read_equivalent,
    sample_mutations,
    select_unexplained,
)

LEAST_NOTICED = {"etl/indicators": 0.97, "etl/returns/checks": 0.95, "etl/returns/numbers.py": 0.95}
TESTS = {
    "etl/indicators": ["tests/indicators"],
    "etl/returns/checks": ["tests/returns/test_return_checks.py", "tests/returns/test_history_checks.py"],
    "etl/returns/numbers.py": ["tests/returns/test_read_numbers.py", "tests/returns/test_number_table.py"],
}


@pytest.mark.parametrize(
    ("expected", "received", "on_time", "shares"),
    [
        (8, 6, 2, (Decimal("0.75"), Decimal("0.25"))),
        (4, 4, 0, (Decimal(1), Decimal(0))),
        (0, 0, 0, (NoValue.NOT_DUE, NoValue.NOT_DUE)),
    ],
)
def test_shares_of_returns_divide_by_those_expected(
    expected: int, received: int, on_time: int, shares: tuple[object, object]
) -> None:
    """6 of 8 returns are 0.75, and 2 of 8 on time 0.25; without an expected return there is no share."""
    rate = ReportingRate(expected=expected, received=received, on_time=on_time)
    assert (rate.received_share, rate.on_time_share) == shares


def test_a_missing_count_is_not_a_small_one() -> None:
    """A share of 30 people with an unknown denominator: the missing number is no person, so nothing is withheld."""
    ratio = make_indicator("A-01", counts_people=True, measure="ratio", unit="score", scale=1)
    figure = EditionFigure(FigureKey("A-01", "", "", "2022Q1"), "value", Decimal(3), numerator=Decimal(30))
    assert protect_small_counts(make_plan(ratio), (figure,)).figures == (figure,)


SOURCE = '''"""A module."""


def compare(low: int | None, high: int) -> bool:
    """Compare two numbers."""
    if low is None or not high:
        return False
    return low + 1 < high


def select(numbers: list[int], *, reverse: bool) -> list[int]:
    """Select numbers."""
    if reverse:
        return [max(numbers[0], 3)]
    return [number for number in numbers if number]
'''


def test_each_operator_number_and_result_is_changed_once(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(SOURCE, encoding="utf-8")
    mutations = list_mutations(path, tmp_path)
    assert sorted((mutation.line, mutation.column, mutation.change) for mutation in mutations) == [
        (6, 3, "Is to IsNot"),
        (6, 3, "Or to And"),
        (6, 18, "drop Not"),
        (7, 0, "return None"),
        (7, 7, "False to True"),
        (8, 0, "return None"),
        (8, 7, "Add to Sub"),
        (8, 7, "Lt to LtE"),
        (8, 13, "1 to 2"),
        (13, 0, "negate condition"),
        (14, 0, "return []"),
        (14, 8, "max to min"),
        (14, 20, "0 to 1"),
        (14, 24, "3 to 4"),
        (15, 0, "return []"),
        (15, 40, "negate condition"),
    ]
    sources = [ast.unparse(apply_mutation(mutation, tmp_path)) for mutation in mutations]
    assert len({*sources, ast.unparse(ast.parse(SOURCE))}) == len(mutations) + 1
    for line in (
        "return low - 1 < high",
        "return low + 1 <= high",
        "if low is None or high:",
        "if low is None and (not high):",
        "if not reverse:",
        "return [min(numbers[0], 3)]",
        "[number for number in numbers if not number]",
    ):
        assert sum(line in source for source in sources) == 1, line


def test_each_equivalent_mutation_is_one_of_the_code() -> None:
    """A changed line needs a new reason."""
    equivalent = read_equivalent()
    paths = {path for path, *_ in equivalent}
    existing = {mutation.key for path in paths for mutation in list_mutations(ROOT / path)}
    assert equivalent.keys() <= existing
    assert all(equivalent.values())


@pytest.mark.soak
@pytest.mark.parametrize("code", list(TESTS))
def test_tests_notice_random_changes_of_one_operator(code: str) -> None:
    """`MUTATIONS` sets their number, `MUTATION_SEED` selects others."""
    count, seed = int(os.environ.get("MUTATIONS", "100")), int(os.environ.get("MUTATION_SEED", "1"))
    mutations = sample_mutations([ROOT / code], count=count, seed=seed)
    unexplained = select_unexplained(find_survivors(mutations, TESTS[code]))
    noticed = 1 - len(unexplained) / len(mutations)
    assert noticed >= LEAST_NOTICED[code], "\n".join(map(str, unexplained))
