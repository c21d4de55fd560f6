"""Worked cases of small changes that other tests did not notice, and random changes that tests must notice."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from etl.indicators.editions import EditionFigure, FigureKey
from etl.indicators.results import NoValue, ReportingRate
from etl.indicators.small_counts import protect_small_counts
from tests.support.builders import make_indicator, make_plan
from tests.support.mutations import ROOT, apply_mutation, copy_tree, find_survivors, list_mutations, sample_mutations

EQUIVALENT: dict[tuple[str, str, str], str] = {}
"""Changes that change no result, by file, line of code and change, each with the reason."""
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
'''


def test_each_operator_number_and_result_is_changed_once(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(SOURCE, encoding="utf-8")
    mutations = list_mutations(path, tmp_path)
    assert sorted((mutation.line, mutation.change) for mutation in mutations) == [
        (6, "Is to IsNot"),
        (6, "Or to And"),
        (6, "drop Not"),
        (7, "False to True"),
        (7, "return None"),
        (8, "1 to 2"),
        (8, "Add to Sub"),
        (8, "Lt to LtE"),
        (8, "return None"),
    ]
    sources = {mutation.change: apply_mutation(mutation, tmp_path) for mutation in mutations}
    assert "return low - 1 < high" in sources["Add to Sub"] and "return low + 1 <= high" in sources["Lt to LtE"]
    assert "if low is None or high:" in sources["drop Not"] and "low is None and (not high)" in sources["Or to And"]
    assert len({*sources.values(), SOURCE}) == len(sources) + 1


@pytest.mark.soak
@pytest.mark.parametrize("code", list(TESTS))
def test_tests_notice_random_changes_of_one_operator(code: str, tmp_path: Path) -> None:
    """`MUTATIONS` sets their number, `MUTATION_SEED` selects others."""
    count, seed = int(os.environ.get("MUTATIONS", "100")), int(os.environ.get("MUTATION_SEED", "1"))
    mutations = sample_mutations([ROOT / code], count=count, seed=seed)
    survivors = find_survivors(mutations, TESTS[code], copy_tree(tmp_path))
    unexplained = [
        mutation for mutation in survivors if (mutation.path, mutation.code, mutation.change) not in EQUIVALENT
    ]
    noticed = 1 - len(unexplained) / len(mutations)
    assert noticed >= LEAST_NOTICED[code], "\n".join(map(str, unexplained))
