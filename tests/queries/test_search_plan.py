"""Search of a plan by code and name in either language."""

from pathlib import Path

import pytest

from etl.plan.read_plan import read_plan
from etl.queries.search_plan import SearchKind, search_plan

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "plan"


@pytest.fixture(scope="module")
def plan():
    return read_plan(SAMPLE).plan


def find(plan, text: str, limit: int = 20) -> list[tuple[str, str]]:
    return [(match.kind.value, match.code) for match in search_plan(plan, text, limit=limit)[0]]


def test_a_code_comes_before_the_codes_that_begin_with_it(plan):
    objective = plan.objectives[0].code
    codes = [indicator.code for indicator in plan.indicators if indicator.code.startswith(objective)]
    assert find(plan, objective.lower(), 100)[: len(codes) + 1] == [
        ("objective", objective),
        *(("indicator", code) for code in codes),
    ]


def test_everything_is_found_by_each_of_its_names_and_by_its_code(plan):
    things = {
        SearchKind.INDICATOR: plan.indicators,
        SearchKind.OBJECTIVE: plan.objectives,
        SearchKind.SITE: plan.sites,
        SearchKind.PROVINCE: plan.provinces,
        SearchKind.PROGRAMME: plan.linked_programmes,
    }
    for kind, items in things.items():
        assert items, kind
        for item in items:
            for text in (item.code, item.name.en, item.name.km):
                assert not text or (kind.value, item.code) in find(plan, text, 100), text


def test_a_part_of_a_khmer_name_is_enough(plan):
    indicator = next(indicator for indicator in plan.indicators if len(indicator.name.km) > 20)
    part = indicator.name.km[5:15]
    assert ("indicator", indicator.code) in find(plan, part, 100)
    assert find(plan, " ".join(part), 100) == find(plan, part, 100)


def test_words_may_stand_in_any_order(plan):
    indicator = next(indicator for indicator in plan.indicators if indicator.name.en.count(" ") >= 2)
    words = indicator.name.en.split()
    assert ("indicator", indicator.code) in find(plan, f"{words[-1]} {words[0]}", 100)


def test_a_search_returns_at_most_the_limit_and_says_how_many_there_are(plan):
    matches, count = search_plan(plan, "o", limit=3)
    assert len(matches) == 3 < count


@pytest.mark.parametrize("text", ["", "  ", "​", "no such thing anywhere"])
def test_nothing_matches_a_blank_or_unknown_text(plan, text):
    assert search_plan(plan, text, limit=9) == ((), 0)
