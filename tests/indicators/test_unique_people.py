"""People who count once, and participations beside them, by hand (docs/arithmetic.md, B7)."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.indicators.editions import PLAN_TO_DATE, EditionFigure, FigureKey, Suppression
from etl.indicators.figures import compute_figure
from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.plans import Plan, Plans, make_single_plan
from etl.indicators.record import build_record
from etl.indicators.small_counts import PublishedEdition, protect_small_counts
from etl.indicators.vocabulary import PARTICIPATIONS, Basis, SiteReturn
from tests.support.builders import NOT_COLLECTED, make_indicator, make_part, make_plan, make_plans, make_return
from tests.support.core_and_oracle import FigureCalculator, simplify_amount
from tests.support.reference_values import compute_reference_part
from tests.support.solve_counts import Unknowns, narrow_bounds, solve

SITES = ("one", "two")
AFTER_Q4 = date(2023, 2, 1)
QUARTERS = ("2022Q1", "2022Q2", "2022Q3", "2022Q4")


def make_register_plan(**fields: object) -> Plan:
    """Make a plan of two years with farmers counted once, of whom women."""
    indicator = make_indicator("A-01", counts_people=True, unique_people="register", **fields)
    women = make_part("A-01", "sex/women", exhaustive=False)
    return make_plan(indicator, sites=SITES, years=(2022, 2023), parts=[women])


def make_people_and_participations(site: str, quarter: str, people: object, participations: object) -> SiteReturn:
    return make_return(site, quarter, {"A-01": people, "A-01/participations": participations})


YEAR_OF_RETURNS = [
    make_people_and_participations("one", "2022Q1", 20, 30),
    make_people_and_participations("one", "2022Q2", 5, 40),
    make_people_and_participations("two", "2022Q1", 7, 7),
    make_people_and_participations("two", "2022Q2", 0, 9),
]


def compute_participations(
    plans: Plans, returns: list[SiteReturn], period: Period, sites: tuple[str, ...] | None = None
) -> object:
    """Return the participations of a period, which the core and the reference must agree on."""
    query = {"indicator": "A-01", "part": PARTICIPATIONS, "sites": sites, "period": period, "today": AFTER_Q4}
    ours = compute_figure(plans, build_record(plans, returns), **query).actual
    theirs = compute_reference_part(plans, returns, **query)
    assert simplify_amount(ours.amount) == simplify_amount(theirs.amount)
    assert (ours.reported, ours.expected) == (theirs.reported, theirs.expected)
    return simplify_amount(ours.amount)


@pytest.mark.parametrize(("period", "people"), [("2022Q1", 20 + 7), ("2022Q2", 5 + 0), ("2022", 27 + 5), ("", 27 + 5)])
def test_a_year_counts_the_new_people_of_its_quarters(calculate: FigureCalculator, period: str, people: int) -> None:
    assert calculate(make_register_plan(), YEAR_OF_RETURNS, period, today="2023-02-01").actual == people


@pytest.mark.parametrize(
    ("period", "participations"),
    [(Quarter(2022, 1), 30 + 7), (Quarter(2022, 2), 40 + 9), (Years(2022, 2022), 86), (PlanToDate(), 86)],
)
def test_participations_are_added_as_participations(period: Period, participations: int) -> None:
    plans = make_single_plan(make_register_plan())
    assert compute_participations(plans, YEAR_OF_RETURNS, period) == participations


def test_people_never_include_participations(calculate: FigureCalculator) -> None:
    """Without any new people, 49 participations leave the total at 0; without a number they leave it missing."""
    nobody_new = [make_people_and_participations(site, quarter, 0, 49) for site in SITES for quarter in QUARTERS]
    assert calculate(make_register_plan(), nobody_new, "2022", today="2023-02-01").actual == 0
    unknown = [make_people_and_participations(site, quarter, None, 49) for site in SITES for quarter in QUARTERS]
    answer = calculate(make_register_plan(), unknown, "2022", today="2023-02-01")
    assert (answer.actual, answer.reported, answer.expected_cells) == ("nothing_reported", 0, 8)


def test_participations_may_be_missing_or_not_collected_alone(calculate: FigureCalculator) -> None:
    plan = make_register_plan()
    returns = [
        make_people_and_participations("one", "2022Q1", 3, NOT_COLLECTED),
        make_people_and_participations("two", "2022Q1", 4, None),
    ]
    assert calculate(plan, returns, "2022Q1", today="2023-02-01").actual == 3 + 4
    plans = make_single_plan(plan)
    assert compute_participations(plans, returns, Quarter(2022, 1)) == "nothing_reported"
    assert compute_participations(plans, returns, Quarter(2022, 1), ("one",)) == "not_collected"


def test_amounts_of_the_year_to_date_are_split_for_people_and_participations_alike(
    calculate: FigureCalculator,
) -> None:
    """10 people of 12 participations, then 15 of 30 since January: quarter 2 has 15 - 10 = 5 and 30 - 12 = 18."""
    cells = [{"A-01": 10, "A-01/participations": 12}, {"A-01": 15, "A-01/participations": 30}]
    returns = [
        make_return("one", quarter, values, basis=Basis.YEAR_TO_DATE)
        for quarter, values in zip(QUARTERS[:2], cells, strict=True)
    ]
    assert calculate(make_register_plan(), returns, "2022Q2", today="2023-02-01").actual == 5
    assert compute_participations(make_single_plan(make_register_plan()), returns, Quarter(2022, 2)) == 18


def test_new_people_are_not_added_to_people_of_another_rule(calculate: FigureCalculator) -> None:
    """Version 1 counts attendances (20 in 2022), version 2 new people (5 in 2023): the total to date is 5, not 25."""
    before = make_plan(make_indicator("A-01", counts_people=True), sites=("one",), years=(2022, 2023))
    after = replace(before, indicators=(make_indicator("A-01", counts_people=True, unique_people="register"),))
    plans = make_plans((date.min, before), (date(2023, 1, 1), after))
    returns = [
        make_return("one", "2022Q4", {"A-01": 20}),
        make_people_and_participations("one", "2023Q1", 5, 9),
    ]
    assert calculate(plans, returns, today="2023-06-01").actual == 5
    assert calculate(plans, returns, "2022", today="2023-06-01").actual == 20


@pytest.mark.parametrize("unique", ["", "register"])
def test_only_an_indicator_that_counts_new_people_has_participations(unique: str) -> None:
    plan = make_plan(make_indicator("A-01", counts_people=True, unique_people=unique))
    keys = [str(key) for key in plan.list_entry_keys(plan.indicators[0])]
    assert keys == (["A-01", "A-01/participations"] if unique else ["A-01"])
    assert plan.list_parts("A-01") == ()


def test_the_cells_of_a_form_are_new_people_their_parts_and_participations() -> None:
    plan = make_register_plan()
    keys = [str(key) for key in plan.list_entry_keys(plan.indicators[0])]
    assert keys == ["A-01", "A-01/sex/women", "A-01/participations"]


def test_a_ratio_may_use_participations(calculate: FigureCalculator) -> None:
    """86 participations of 32 people: 86 / 32 = 2.6875 each."""
    register = make_register_plan().indicators[0]
    kind = {"measure": "ratio", "target_basis": "annual", "unit": "times", "source": "derived"}
    enums = {name: type(getattr(register, name))(text) for name, text in kind.items() if name != "unit"}
    each = make_indicator("A-02", unit="times", numerator_ref="A-01/participations", denominator_ref="A-01", **enums)
    plan = make_plan(register, each, sites=SITES, years=(2022, 2023))
    answer = calculate(plan, YEAR_OF_RETURNS, "2022", indicator="A-02", today="2023-02-01")
    assert answer.actual == Fraction(86, 32)


# Small counts

Atoms = dict[tuple[str, str, str], int]
"""People by site, quarter and kind: `new` people, and `again` for their further attendances."""
ALL_QUARTERS = [f"{year}Q{number}" for year in (2022, 2023) for number in (1, 2, 3, 4)]


def list_quarters(period: str) -> list[str]:
    return [quarter for quarter in ALL_QUARTERS if period == PLAN_TO_DATE or quarter.startswith(period)]


def iterate_keys() -> Iterator[FigureKey]:
    years = ["2022", "2023"]
    for part in ("", PARTICIPATIONS):
        yield from (FigureKey("A-01", part, "", period) for period in (PLAN_TO_DATE, *years, *ALL_QUARTERS))
    for site in SITES:
        yield from (FigureKey("A-01", "", site, period) for period in (PLAN_TO_DATE, *years))


def combine(key: FigureKey) -> dict[tuple[str, str, str], int]:
    """Return the atoms whose sum a published number is."""
    kinds = ("new", "again") if key.part else ("new",)
    sites = (key.site,) if key.site else SITES
    return {(site, quarter, kind): 1 for site in sites for quarter in list_quarters(key.period) for kind in kinds}


def make_figures(atoms: Atoms) -> tuple[EditionFigure, ...]:
    return tuple(
        EditionFigure(key, "value", Decimal(sum(atoms[atom] for atom in combine(key))), reported=6, expected=6)
        for key in iterate_keys()
    )


def make_random_atoms(dice: random.Random) -> Atoms:
    most = dice.choice([3, 8, 40])
    return {
        (site, quarter, kind): dice.choice([0, dice.randint(0, most), dice.randint(0, most), dice.randint(5, 60)])
        for site in SITES
        for quarter in ALL_QUARTERS
        for kind in ("new", "again")
    }


@given(seed=st.integers(0, 10**9))
def test_no_small_count_of_people_or_of_their_return_can_be_derived(seed: int) -> None:
    atoms = make_random_atoms(random.Random(seed))
    protected = protect_small_counts(make_register_plan(), make_figures(atoms))
    assert protected.unprotected == ()
    shown = [figure for figure in protected.figures if not figure.is_suppressed]
    unknowns = Unknowns(sorted(atoms), [(combine(figure.key), Fraction(figure.value or 0)) for figure in shown])
    small = {figure.key: combine(figure.key) for figure in protected.suppressed_figures if 0 < (figure.value or 0) < 5}
    for key, sums in small.items():
        assert solve(unknowns, sums) is None, f"{key} can be solved for"
    labels = {figure.key: (1, 4) for figure in protected.figures if figure.state == Suppression.SMALL}
    for key, (low, high) in narrow_bounds(unknowns, small, labels).items():
        assert low < high, f"{key} can only be {low}"
    for period in (PLAN_TO_DATE, "2022", "2023", *ALL_QUARTERS):
        again = {(site, quarter, "again"): 1 for site in SITES for quarter in list_quarters(period)}
        if 0 < sum(atoms[atom] for atom in again) < 5:
            assert solve(unknowns, again) is None, f"the further attendances of {period} can be solved for"


def publish(people: int, participations: int) -> dict[str, str]:
    """Return the states of both figures of one quarter, by part."""
    keys = [FigureKey("A-01", part, "", "2022Q1") for part in ("", PARTICIPATIONS)]
    pairs = zip(keys, (people, participations), strict=True)
    figures = tuple(EditionFigure(key, "value", Decimal(number)) for key, number in pairs)
    return {figure.key.part: figure.state for figure in protect_small_counts(make_register_plan(), figures).figures}


@pytest.mark.parametrize(
    ("people", "participations", "states"),
    [
        (10, 30, ("value", "value")),
        (10, 10, ("value", "value")),
        # 12 - 10 = 2 attendances of people counted before: participations are withheld rather than people.
        (10, 12, ("value", "withheld")),
        (0, 3, ("value", "small")),
        (3, 3, ("small", "small")),
        (3, 40, ("small", "value")),
        (0, 0, ("value", "value")),
    ],
)
def test_participations_are_withheld_with_small_counts(
    people: int, participations: int, states: tuple[str, str]
) -> None:
    assert publish(people, participations) == dict(zip(("", PARTICIPATIONS), states, strict=True))


def test_participations_of_an_earlier_edition_are_known() -> None:
    """Both were published as 10 and 12 before, so that the 2 further attendances can't be protected any more."""
    keys = [FigureKey("A-01", part, "", "2022Q1") for part in ("", PARTICIPATIONS)]
    pairs = zip(keys, (10, 12), strict=True)
    figures = tuple(EditionFigure(key, "value", Decimal(number)) for key, number in pairs)
    earlier = PublishedEdition("first", make_register_plan(), figures)
    unprotected = protect_small_counts(make_register_plan(), figures, [earlier]).unprotected
    assert unprotected == (FigureKey("A-01", PARTICIPATIONS, "", "2022Q1"),)
