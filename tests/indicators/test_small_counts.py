"""No small count of people can be derived from an edition, nor from it and earlier editions."""

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
from etl.indicators.vocabulary import Measure, OverTime, Source
from tests.support.builders import make_indicator, make_part, make_plan, make_site
from tests.support.few_examples import limit_examples
from tests.support.solve_counts import Unknowns, narrow_bounds, solve

SITES = ("one", "two", "three")
PROVINCES = {"one": "KH-3", "two": "KH-3"}
"""The province of each site; site three has none."""
YEARS = (2022, 2023)
DIMENSIONS = {"sex": ("women",), "type": ("staff", "firm")}
"""One dimension with an unpublished rest, and an exhaustive one."""
Atoms = dict[tuple[str, str, str], int]
"""People by site, quarter and group: `sex/women`, `sex/` (the rest), `type/staff`, `type/firm`."""


def make_people_plan(*, level: bool = False) -> Plan:
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
    sites = [make_site(code, iso_3166_2=PROVINCES.get(code, "")) for code in SITES]
    return make_plan(make_indicator("A-01", **people), share, sites=sites, years=YEARS, parts=parts)


def list_quarters(year: int) -> list[str]:
    return [f"{year}Q{number}" for number in (1, 2, 3, 4)]


def list_periods(text: str, *, level: bool) -> list[str]:
    """Return the quarters whose people a period counts; for a level the last one."""
    if text == PLAN_TO_DATE:
        covered_quarters = [quarter for year in YEARS for quarter in list_quarters(year)]
    else:
        covered_quarters = [text] if "Q" in text else list_quarters(int(text))
    return covered_quarters[-1:] if level else covered_quarters


def draw_atoms(dice: random.Random) -> Atoms:
    """Return mostly small groups, some larger and some empty."""
    atoms: Atoms = {}
    most = dice.choice([3, 8, 30])
    for site in SITES:
        for year in YEARS:
            for quarter in list_quarters(year):
                total = dice.choice([0, dice.randint(0, most), dice.randint(0, most), dice.randint(10, 60)])
                women, staff = dice.randint(0, total), dice.randint(0, total)
                atoms[site, quarter, "sex/women"], atoms[site, quarter, "sex/"] = women, total - women
                atoms[site, quarter, "type/staff"], atoms[site, quarter, "type/firm"] = staff, total - staff
    return atoms


def make_combination(key: FigureKey, field: str, *, level: bool) -> dict[tuple[str, str, str], int]:
    """Return the atoms whose sum a published number is."""
    sites = [site for site in SITES if key.site in ("", site, PROVINCES.get(site))]
    kinds = [key.part] if key.part else ["sex/women", "sex/"]
    if field == "numerator":
        kinds = ["sex/women"]
    return {
        (site, quarter, kind): 1
        for site in sites
        for quarter in list_periods(key.period, level=level)
        for kind in kinds
    }


def iterate_keys() -> Iterator[FigureKey]:
    years = [str(year) for year in YEARS]
    of_quarters = [quarter for year in YEARS for quarter in list_quarters(year)]
    for indicator, parts in (("A-01", ("", "sex/women", "type/staff", "type/firm")), ("A-02", ("",))):
        for part in parts:
            for period in (PLAN_TO_DATE, *years, *of_quarters):
                if indicator == "A-02" and period == PLAN_TO_DATE:
                    continue
                yield FigureKey(indicator, part, "", period)
        for place in (*SITES, *dict.fromkeys(PROVINCES.values())):
            yield from (FigureKey(indicator, "", place, period) for period in years)


def list_figures(atoms: Mapping[tuple[str, str, str], int], *, level: bool = False) -> tuple[EditionFigure, ...]:
    figures = []
    for key in iterate_keys():

        def count(field: str, key: FigureKey = key) -> Decimal:
            return Decimal(sum(atoms[atom] for atom in make_combination(key, field, level=level)))

        if key.indicator == "A-01":
            figures.append(EditionFigure(key, "value", count("value"), reported=6, expected=6))
        else:
            numerator, denominator = count("numerator"), count("denominator")
            share = numerator / denominator * 100 if denominator else None
            figures.append(
                EditionFigure(
                    key,
                    "value" if share is not None else "denominator_is_zero",
                    share,
                    numerator=numerator,
                    denominator=denominator,
                )
            )
    return tuple(figures)


def list_published_sums(
    protected: ProtectedFigures, *, level: bool
) -> list[tuple[dict[tuple[str, str, str], int], Fraction]]:
    """Return what a reader knows of the atoms: a sum for every published number."""
    sums = []
    for figure in protected.figures:
        if figure.is_suppressed:
            continue
        if figure.numerator is not None:
            sums.append((make_combination(figure.key, "numerator", level=level), Fraction(figure.numerator)))
            sums.append((make_combination(figure.key, "denominator", level=level), Fraction(figure.denominator)))
        else:
            sums.append((make_combination(figure.key, "value", level=level), Fraction(figure.value)))
    return sums


def list_dimension_totals() -> list[tuple[dict[tuple[str, str, str], int], Fraction]]:
    """Women and the rest add up to the same total as staff and firms, in every site and quarter."""
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
        for quarter in list_quarters(year)
    ]


def list_unchanged_figures(before: Atoms, after: Atoms) -> list[tuple[dict[tuple[str, ...], int], Fraction]]:
    """Return the unchanged figures, which a reader can tell because only changed ones are listed as restated."""
    old = {figure.key: figure for figure in list_figures(before)}
    equalities = []
    for figure in list_figures(after):
        for field in ("numerator", "denominator") if figure.numerator is not None else ("value",):
            if getattr(figure, field) == getattr(old[figure.key], field):
                sums = make_combination(figure.key, field, level=False)
                both = {("old", *atom): n for atom, n in sums.items()} | {
                    ("new", *atom): -n for atom, n in sums.items()
                }
                equalities.append((both, Fraction(0)))
    return equalities


def collect_small_numbers(
    protected: ProtectedFigures, *, level: bool
) -> dict[FigureKey, tuple[dict[tuple[str, str, str], int], int]]:
    """Return every withheld small number as a sum of atoms."""
    numbers = {}
    for figure in protected.suppressed_figures:
        number = figure.numerator if figure.numerator is not None else figure.value
        field = "numerator" if figure.numerator is not None else "value"
        if number is not None and 0 < number < 5:
            numbers[figure.key] = (make_combination(figure.key, field, level=level), int(number))
    return numbers


@pytest.mark.parametrize("level", [False, True], ids=["amounts", "levels"])
@limit_examples(6)
@given(seed=st.integers(0, 10**9))
def test_no_small_count_can_be_derived_from_an_edition(level, seed):
    atoms = draw_atoms(random.Random(seed))
    protected = protect_small_counts(make_people_plan(level=level), list_figures(atoms, level=level))
    assert protected.unprotected == ()
    known = list_published_sums(protected, level=level) + list_dimension_totals()
    labels = {
        figure.key: (1, 4)
        for figure in protected.figures
        if figure.state == Suppression.SMALL and figure.key.indicator == "A-01"
    }
    labels = {key: label for key, label in labels.items() if key in collect_small_numbers(protected, level=level)}
    unknowns = Unknowns(sorted(atoms), known)
    for key, (sums, number) in collect_small_numbers(protected, level=level).items():
        assert solve(unknowns, sums) is None, f"{key} is {number} and can be solved for"
    ranges = narrow_bounds(
        unknowns, {key: sums for key, (sums, _) in collect_small_numbers(protected, level=level).items()}, labels
    )
    for key, (low, high) in ranges.items():
        assert low < high, f"{key} can only be {low}"


@limit_examples(6)
@given(seed=st.integers(0, 10**9))
def test_no_small_rest_of_a_published_total_can_be_derived(seed):
    atoms = draw_atoms(random.Random(seed))
    protected = protect_small_counts(make_people_plan(), list_figures(atoms))
    unknowns = Unknowns(sorted(atoms), list_published_sums(protected, level=False) + list_dimension_totals())
    for period in (PLAN_TO_DATE, *map(str, YEARS), *(quarter for year in YEARS for quarter in list_quarters(year))):
        rest = {(site, quarter, "sex/"): 1 for site in SITES for quarter in list_periods(period, level=False)}
        number = sum(atoms[atom] for atom in rest)
        if 0 < number < 5:
            assert solve(unknowns, rest) is None, f"the rest of {period} is {number}"


@limit_examples(6)
@given(seed=st.integers(0, 10**9))
def test_no_small_count_can_be_derived_from_an_edition_and_the_previous_one(seed):
    dice = random.Random(seed)
    before = draw_atoms(dice)
    after = {**before}
    for _ in range(dice.randint(0, 3)):
        site, quarter = dice.choice(SITES), dice.choice(list_quarters(YEARS[-1]))
        added = dice.randint(1, 9)
        after[site, quarter, "sex/women"] += added
        after[site, quarter, "type/firm"] += added
    plan = make_people_plan()
    first = protect_small_counts(plan, list_figures(before))
    old = PublishedEdition(
        "first", plan, list_figures(before), frozenset(figure.key for figure in first.suppressed_figures)
    )
    second = protect_small_counts(plan, list_figures(after), [old])
    unknowns = Unknowns(
        sorted({("old", *atom) for atom in before} | {("new", *atom) for atom in after}),
        [
            *(
                ({("old", *atom): n for atom, n in sums.items()}, total)
                for sums, total in list_published_sums(first, level=False)
            ),
            *(
                ({("new", *atom): n for atom, n in sums.items()}, total)
                for sums, total in list_published_sums(second, level=False)
            ),
            *list_unchanged_figures(before, after),
            *(
                ({(edition, *atom): n for atom, n in sums.items()}, total)
                for edition in ("old", "new")
                for sums, total in list_dimension_totals()
            ),
        ],
    )
    unprotected = set(second.unprotected)
    for edition, protected in (("old", first), ("new", second)):
        for key, (sums, number) in collect_small_numbers(protected, level=False).items():
            if key not in unprotected:
                named = {(edition, *atom): n for atom, n in sums.items()}
                assert solve(unknowns, named) is None, f"{key} of the {edition} edition is {number}"


def test_the_next_smallest_part_is_withheld_with_a_small_one():
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
    states = {figure.key.part: figure.state for figure in protect_small_counts(plan, figures).figures}
    assert states == {"": "value", "type/a": Suppression.SMALL, "type/b": Suppression.WITHHELD, "type/c": "value"}


def test_a_small_term_cannot_be_derived_from_its_total():
    """53 - 50 would reveal the 3, so the next smallest number of the sum is withheld too."""
    plan = make_plan(
        make_indicator("A-01", counts_people=True),
        make_indicator("A-02", counts_people=True),
        make_indicator("A-03", counts_people=True, source=Source.DERIVED, sum_of=("A-01", "A-02")),
        sites=("one",),
        years=(2022, 2022),
    )
    numbers = {"A-01": 3, "A-02": 50, "A-03": 53}
    figures = tuple(
        EditionFigure(FigureKey(code, "", "", "2022"), "value", Decimal(number)) for code, number in numbers.items()
    )
    states = {figure.key.indicator: figure.state for figure in protect_small_counts(plan, figures).figures}
    assert states == {"A-01": Suppression.SMALL, "A-02": Suppression.WITHHELD, "A-03": "value"}


def test_a_small_number_of_quarters_without_figures_cannot_be_derived_from_their_year():
    """30 - 10 - 17 would reveal 3 people of the third and fourth quarter, which a year to date covers."""
    plan = make_plan(make_indicator("A-01", counts_people=True), sites=("one",), years=(2022, 2022))
    numbers = {"2022": 30, "2022Q1": 10, "2022Q2": 17}
    figures = tuple(
        EditionFigure(FigureKey("A-01", "", "", period), "value", Decimal(number)) for period, number in numbers.items()
    )
    states = {figure.key.period: figure.state for figure in protect_small_counts(plan, figures).figures}
    assert states == {"2022": "value", "2022Q1": Suppression.WITHHELD, "2022Q2": "value"}


def test_a_small_number_of_a_site_without_figure_cannot_be_derived_from_all_sites():
    """30 - 10 - 17 would reveal the 3 people of site three, whose figure the edition does not have."""
    plan = make_plan(make_indicator("A-01", counts_people=True), sites=("one", "two", "three"), years=(2022, 2022))
    numbers = {"": 30, "one": 10, "two": 17}
    figures = tuple(
        EditionFigure(FigureKey("A-01", "", site, "2022"), "value", Decimal(number)) for site, number in numbers.items()
    )
    states = {figure.key.site: figure.state for figure in protect_small_counts(plan, figures).figures}
    assert states == {"": "value", "one": Suppression.WITHHELD, "two": "value"}


def test_the_year_of_four_quarters_of_one_is_not_called_small():
    """Five numbers below 5 of which four add up to the fifth can only be 1, 1, 1, 1 and 4."""
    plan = make_plan(make_indicator("A-01", counts_people=True), sites=("one",), years=(2022, 2022))
    numbers = {"2022": 4} | {f"2022Q{number}": 1 for number in (1, 2, 3, 4)}
    figures = tuple(
        EditionFigure(FigureKey("A-01", "", "", period), "value", Decimal(number)) for period, number in numbers.items()
    )
    states = {figure.key.period: figure.state for figure in protect_small_counts(plan, figures).figures}
    assert states == {"2022": Suppression.WITHHELD} | {f"2022Q{number}": Suppression.SMALL for number in (1, 2, 3, 4)}


def test_a_small_difference_by_a_late_return_is_protected():
    plan = make_plan(make_indicator("A-01", counts_people=True), sites=("one", "two"), years=(2022, 2022))
    key = FigureKey("A-01", "", "", "2022Q1")
    old = PublishedEdition("first", plan, (EditionFigure(key, "value", Decimal(40), reported=1, expected=2),))
    late = EditionFigure(key, "value", Decimal(43), reported=2, expected=2)
    corrected = EditionFigure(key, "value", Decimal(43), reported=1, expected=2)
    assert protect_small_counts(plan, (late,), [old]).figures[0].state == Suppression.WITHHELD
    assert protect_small_counts(plan, (corrected,), [old]).figures[0].value == 43


def test_zero_and_indicators_that_count_no_people_are_published():
    plan = make_plan(
        make_indicator("A-01", counts_people=True), make_indicator("A-02"), sites=("one",), years=(2022, 2022)
    )
    figures = tuple(
        EditionFigure(FigureKey(code, "", "", "2022"), "value", Decimal(number))
        for code, number in (("A-01", 0), ("A-02", 3))
    )
    assert protect_small_counts(plan, figures).figures == figures


def test_a_withheld_figure_shows_nothing_that_reveals_its_number():
    figure = EditionFigure(
        FigureKey("A-01", "", "", "2022"),
        "value",
        Decimal(3),
        target=Decimal(4),
        share=Decimal("0.75"),
        rule="of_target",
        rating="at_risk",
    )
    plan = make_plan(make_indicator("A-01", counts_people=True), sites=("figure",), years=(2022, 2022))
    (published,) = protect_small_counts(plan, (figure,)).figures
    assert (published.value, published.share, published.rating, published.target) == (None, None, "", Decimal(4))
