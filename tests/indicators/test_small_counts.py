"""Nobody can work out a small count of people from what an edition publishes, nor from it and the editions before."""

import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.indicators.editions import PLAN_TO_DATE, EditionFigure, FigureKey, Suppression
from etl.indicators.plans import Plan
from etl.indicators.small_counts import ProtectedFigures, PublishedEdition, protect_small_counts
from etl.indicators.vocabulary import Measure, OverTime
from tests.support.builders import make_indicator, make_part, make_plan
from tests.support.solve_counts import Unknowns, narrow_bounds, solve

SITES = ("one", "two", "three")
YEARS = (2022, 2023)
DIMENSIONS = {"sex": ("women",), "type": ("staff", "firm")}
"""One of which a rest stays unsaid, and one that is exhaustive."""
Atoms = dict[tuple[str, str, str], int]
"""People by site, quarter and what is said of them: `sex/women`, `sex/` (the rest), `type/staff`, `type/firm`."""


def the_plan(*, level: bool = False) -> Plan:
    over_time = OverTime.STOCK if level else OverTime.FLOW
    people = {"counts_people": True, "over_time": over_time}
    share = make_indicator(
        "A-02",
        measure=Measure.RATIO,
        unit="%",
        scale=100,
        numerator_ref="A-01/sex/women",
        denominator_ref="A-01",
        **people,
    )
    parts = [
        make_part("A-01", "sex/women", exhaustive=False),
        make_part("A-01", "type/staff"),
        make_part("A-01", "type/firm"),
    ]
    return make_plan(make_indicator("A-01", **people), share, sites=SITES, years=YEARS, parts=parts)


def quarters(year: int) -> list[str]:
    return [f"{year}Q{number}" for number in (1, 2, 3, 4)]


def periods_of(text: str, *, level: bool) -> list[str]:
    """The quarters whose people a period counts; a level counts those of its last quarter."""
    if text == PLAN_TO_DATE:
        found = [quarter for year in YEARS for quarter in quarters(year)]
    else:
        found = [text] if "Q" in text else quarters(int(text))
    return found[-1:] if level else found


def random_atoms(dice: random.Random) -> Atoms:
    """Mostly small groups, some larger, some empty."""
    atoms: Atoms = {}
    most = dice.choice([3, 8, 30])
    for site in SITES:
        for year in YEARS:
            for quarter in quarters(year):
                total = dice.choice([0, dice.randint(0, most), dice.randint(0, most), dice.randint(10, 60)])
                women, staff = dice.randint(0, total), dice.randint(0, total)
                atoms[site, quarter, "sex/women"], atoms[site, quarter, "sex/"] = women, total - women
                atoms[site, quarter, "type/staff"], atoms[site, quarter, "type/firm"] = staff, total - staff
    return atoms


def combination(key: FigureKey, field: str, *, level: bool) -> dict[tuple[str, str, str], int]:
    """The atoms that a published number is the sum of."""
    sites = [key.site] if key.site else list(SITES)
    kinds = [key.part] if key.part else ["sex/women", "sex/"]
    if field == "numerator":
        kinds = ["sex/women"]
    return {
        (site, quarter, kind): 1 for site in sites for quarter in periods_of(key.period, level=level) for kind in kinds
    }


def keys() -> Iterator[FigureKey]:
    years = [str(year) for year in YEARS]
    of_quarters = [quarter for year in YEARS for quarter in quarters(year)]
    for indicator, parts in (("A-01", ("", "sex/women", "type/staff", "type/firm")), ("A-02", ("",))):
        for part in parts:
            for period in (PLAN_TO_DATE, *years, *of_quarters):
                if indicator == "A-02" and period == PLAN_TO_DATE:
                    continue
                yield FigureKey(indicator, part, "", period)
        for site in SITES:
            yield from (FigureKey(indicator, "", site, period) for period in years)


def figures_of(atoms: Mapping[tuple[str, str, str], int], *, level: bool = False) -> tuple[EditionFigure, ...]:
    made = []
    for key in keys():

        def count(field: str, key: FigureKey = key) -> Decimal:
            return Decimal(sum(atoms[atom] for atom in combination(key, field, level=level)))

        if key.indicator == "A-01":
            made.append(EditionFigure(key, "value", count("value"), reported=6, expected=6))
        else:
            numerator, denominator = count("numerator"), count("denominator")
            share = numerator / denominator * 100 if denominator else None
            made.append(
                EditionFigure(
                    key,
                    "value" if share is not None else "denominator_is_zero",
                    share,
                    numerator=numerator,
                    denominator=denominator,
                )
            )
    return tuple(made)


def told_by(protected: ProtectedFigures, *, level: bool) -> list[tuple[dict[tuple[str, str, str], int], Fraction]]:
    """What a reader knows for sure of the atoms: a sum of them for every published number."""
    found = []
    for one in protected.figures:
        if one.is_suppressed:
            continue
        if one.numerator is not None:
            found.append((combination(one.key, "numerator", level=level), Fraction(one.numerator)))
            found.append((combination(one.key, "denominator", level=level), Fraction(one.denominator)))
        else:
            found.append((combination(one.key, "value", level=level), Fraction(one.value)))
    return found


def one_people_two_ways() -> list[tuple[dict[tuple[str, str, str], int], Fraction]]:
    """Women and the rest are as many as staff and firms, in every site and quarter."""
    return [
        (
            {
                (site, quarter, "sex/women"): 1,
                (site, quarter, "sex/"): 1,
                (site, quarter, "type/staff"): -1,
                (site, quarter, "type/firm"): -1,
            },
            Fraction(0),
        )
        for site in SITES
        for year in YEARS
        for quarter in quarters(year)
    ]


def those_that_stayed(before: Atoms, after: Atoms) -> list[tuple[dict[tuple[str, ...], int], Fraction]]:
    """That a figure is the same as before is known of every one, shown or withheld: nobody lists it as restated."""
    old = {one.key: one for one in figures_of(before)}
    found = []
    for one in figures_of(after):
        for field in ("numerator", "denominator") if one.numerator is not None else ("value",):
            if getattr(one, field) == getattr(old[one.key], field):
                sums = combination(one.key, field, level=False)
                both = {("old", *atom): n for atom, n in sums.items()} | {
                    ("new", *atom): -n for atom, n in sums.items()
                }
                found.append((both, Fraction(0)))
    return found


def small_ones(
    protected: ProtectedFigures, *, level: bool
) -> dict[FigureKey, tuple[dict[tuple[str, str, str], int], int]]:
    """Every withheld small number, and every rest that is small, as the sums of atoms that they are."""
    found = {}
    for one in protected.suppressed_figures:
        number = one.numerator if one.numerator is not None else one.value
        field = "numerator" if one.numerator is not None else "value"
        if number is not None and 0 < number < 5:
            found[one.key] = (combination(one.key, field, level=level), int(number))
    return found


@pytest.mark.parametrize("level", [False, True], ids=["amounts", "levels"])
@given(seed=st.integers(0, 10**9))
def test_no_small_count_follows_from_what_is_published(level, seed):
    atoms = random_atoms(random.Random(seed))
    protected = protect_small_counts(the_plan(level=level), figures_of(atoms, level=level))
    assert protected.unprotected == ()
    known = told_by(protected, level=level) + one_people_two_ways()
    labels = {
        one.key: (1, 4) for one in protected.figures if one.state == Suppression.SMALL and one.key.indicator == "A-01"
    }
    labels = {key: found for key, found in labels.items() if key in small_ones(protected, level=level)}
    unknowns = Unknowns(sorted(atoms), known)
    for key, (asked, number) in small_ones(protected, level=level).items():
        assert solve(unknowns, asked) is None, f"{key} is {number} and can be solved for"
    ranges = narrow_bounds(
        unknowns, {key: asked for key, (asked, _) in small_ones(protected, level=level).items()}, labels
    )
    for key, (low, high) in ranges.items():
        assert low < high, f"{key} can only be {low}"


@given(seed=st.integers(0, 10**9))
def test_no_small_rest_of_a_published_total_follows(seed):
    atoms = random_atoms(random.Random(seed))
    protected = protect_small_counts(the_plan(), figures_of(atoms))
    unknowns = Unknowns(sorted(atoms), told_by(protected, level=False) + one_people_two_ways())
    for period in (PLAN_TO_DATE, *map(str, YEARS), *(quarter for year in YEARS for quarter in quarters(year))):
        rest = {(site, quarter, "sex/"): 1 for site in SITES for quarter in periods_of(period, level=False)}
        number = sum(atoms[atom] for atom in rest)
        if 0 < number < 5:
            assert solve(unknowns, rest) is None, f"the rest of {period} is {number}"


@given(seed=st.integers(0, 10**9))
def test_no_small_count_follows_from_an_edition_and_the_one_before(seed):
    dice = random.Random(seed)
    before = random_atoms(dice)
    after = {**before}
    for _ in range(dice.randint(0, 3)):
        site, quarter = dice.choice(SITES), dice.choice(quarters(YEARS[-1]))
        added = dice.randint(1, 9)
        after[site, quarter, "sex/women"] += added
        after[site, quarter, "type/firm"] += added
    plan = the_plan()
    first = protect_small_counts(plan, figures_of(before))
    old = PublishedEdition("first", plan, figures_of(before), frozenset(one.key for one in first.suppressed_figures))
    second = protect_small_counts(plan, figures_of(after), [old])
    unknowns = Unknowns(
        sorted({("old", *atom) for atom in before} | {("new", *atom) for atom in after}),
        [
            *(({("old", *atom): n for atom, n in sums.items()}, total) for sums, total in told_by(first, level=False)),
            *(({("new", *atom): n for atom, n in sums.items()}, total) for sums, total in told_by(second, level=False)),
            *those_that_stayed(before, after),
            *(
                ({(edition, *atom): n for atom, n in sums.items()}, total)
                for edition in ("old", "new")
                for sums, total in one_people_two_ways()
            ),
        ],
    )
    unprotected = set(second.unprotected)
    for edition, protected in (("old", first), ("new", second)):
        for key, (asked, number) in small_ones(protected, level=False).items():
            if key not in unprotected:
                named = {(edition, *atom): n for atom, n in asked.items()}
                assert solve(unknowns, named) is None, f"{key} of the {edition} edition is {number}"


def test_a_small_part_takes_the_next_smallest_with_it():
    plan = make_plan(
        make_indicator("A-01", counts_people=True),
        sites=("one",),
        years=(2022, 2022),
        parts=[make_part("A-01", f"type/{name}") for name in ("a", "b", "c")],
    )
    numbers = {"": 62, "type/a": 3, "type/b": 9, "type/c": 50}
    figures = tuple(
        EditionFigure(FigureKey("A-01", part, "", "2022"), "value", Decimal(number)) for part, number in numbers.items()
    )
    states = {one.key.part: one.state for one in protect_small_counts(plan, figures).figures}
    assert states == {"": "value", "type/a": Suppression.SMALL, "type/b": Suppression.WITHHELD, "type/c": "value"}


def test_what_a_late_return_added_is_protected_where_it_is_small():
    plan = make_plan(make_indicator("A-01", counts_people=True), sites=("one", "two"), years=(2022, 2022))
    key = FigureKey("A-01", "", "", "2022Q1")
    old = PublishedEdition("first", plan, (EditionFigure(key, "value", Decimal(40), reported=1, expected=2),))
    late = EditionFigure(key, "value", Decimal(43), reported=2, expected=2)
    corrected = EditionFigure(key, "value", Decimal(43), reported=1, expected=2)
    assert protect_small_counts(plan, (late,), [old]).figures[0].state == Suppression.WITHHELD
    assert protect_small_counts(plan, (corrected,), [old]).figures[0].value == 43


def test_zero_is_published_and_indicators_that_count_no_people_are_left_alone():
    plan = make_plan(
        make_indicator("A-01", counts_people=True), make_indicator("A-02"), sites=("one",), years=(2022, 2022)
    )
    figures = tuple(
        EditionFigure(FigureKey(code, "", "", "2022"), "value", Decimal(number))
        for code, number in (("A-01", 0), ("A-02", 3))
    )
    assert protect_small_counts(plan, figures).figures == figures


def test_a_withheld_figure_shows_nothing_that_its_number_could_be_read_from():
    one = EditionFigure(
        FigureKey("A-01", "", "", "2022"),
        "value",
        Decimal(3),
        target=Decimal(4),
        share=Decimal("0.75"),
        rule="of_target",
        rating="at_risk",
    )
    plan = make_plan(make_indicator("A-01", counts_people=True), sites=("one",), years=(2022, 2022))
    (shown,) = protect_small_counts(plan, (one,)).figures
    assert (shown.value, shown.share, shown.rating, shown.target) == (None, None, "", Decimal(4))
