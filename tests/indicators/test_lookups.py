"""Lookups of plans, periods, returns and stages that figures, pages and forms share."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from etl.indicators.effects import ChangeKind, FigureEffect, NumberChange, compare_numbers
from etl.indicators.figures import compute_figure, count_ratings
from etl.indicators.part_targets import find_part, has_targets, list_parts_with_targets
from etl.indicators.periods import Calendar, PlanToDate, Quarter, Years, find_period, make_period_key
from etl.indicators.plans import Plan, make_single_plan
from etl.indicators.received_returns import ReceivedReturn, index_received_returns
from etl.indicators.record import Record, build_record, retain_unaffected
from etl.indicators.reporting import compute_reporting_rates, list_overdue_quarters
from etl.indicators.results import CarriedLevel, NoValue, Rating, ReportingRate, Value
from etl.indicators.selected_sites import select_places
from etl.indicators.site_groups import SiteGroup, list_selected_codes
from etl.indicators.stage_words import (
    describe_stages,
    find_stage_by_text,
    format_stage,
    group_by_stage,
    normalize_stage_text,
)
from etl.indicators.suppression import SuppressionResult
from etl.indicators.tallies import EMPTY_TALLY, REPORTED, GroupTotal, Tally
from etl.indicators.vocabulary import LocalizedText, Stage
from etl.indicators.year_step import compute_year_step
from tests.support.builders import (
    make_indicator,
    make_observation,
    make_part,
    make_plan,
    make_plans,
    make_returns,
    make_site,
    make_stage_indicator,
    make_stages,
    make_targets,
)

INDICATOR = make_indicator("A-01")
SITES = [make_site("one", iso_3166_2="KH-1"), make_site("two", iso_3166_2="KH-2"), make_site("far")]
PLAN = make_plan(INDICATOR, make_indicator("B-01"), sites=SITES, years=(2022, 2023))


def test_a_plan_lists_its_indicators_stages_and_headlines() -> None:
    stages = make_stage_indicator("A-02", "no", "yes")
    plan = make_plan(INDICATOR, stages, make_indicator("B-01"), headlines=" A-02;B-01; ;")
    assert [indicator.code for indicator in plan.list_indicators("A")] == ["A-01", "A-02"]
    assert plan.stages == stages.stages
    assert plan.settings.headline_codes == ("A-02", "B-01")
    assert list(plan.objective_by_code) == ["A", "B"]


def test_a_plan_is_provisional_while_any_indicator_is() -> None:
    agreed = [make_indicator("A-01", status="agreed"), make_indicator("A-02", status="agreed")]
    assert not make_plan(*agreed).is_provisional
    assert make_plan(*agreed, make_indicator("A-03", status="provisional")).is_provisional


def test_a_code_selects_a_site_a_province_or_all() -> None:
    province = SiteGroup("KH-1", LocalizedText("KH-1"), ("one",))
    assert [PLAN.select_place(code) for code in ("", "far", "KH-1")] == [None, ("far",), province]
    plans = make_single_plan(PLAN)
    assert select_places(plans, ["KH-1"]) == province
    assert select_places(plans, ["KH-1", "far"]) == ("one", "far")
    assert select_places(plans, ["KH-2", "KH-1"]) == ("one", "two")
    assert select_places(plans, ["far", "nowhere"]) == ("far",)
    assert select_places(plans, ["far"]) == ("far",)
    assert list_selected_codes(province) == ("KH-1",)
    assert list_selected_codes(("one", "two")) == ("one", "two")


def test_the_newest_plan_with_a_site_or_indicator_defines_it() -> None:
    renamed = replace(make_site("one"), name=LocalizedText("New name"))
    newer = make_plan(make_indicator("C-01"), sites=[renamed], years=(2022, 2023))
    plans = make_plans((date.min, PLAN), (date(2022, 7, 1), newer))
    assert plans.find_site("one") is renamed and plans.find_site("far") is SITES[2]
    assert plans.find_site("nowhere") is None
    assert plans.find_plan_with_indicator("C-01") is newer
    assert plans.find_plan_with_indicator("B-01") is PLAN
    assert plans.find_plan_with_indicator("D-01") is None


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("plan", PlanToDate()),
        ("2025", Years(2025, 2025)),
        ("2023-2025", Years(2023, 2025)),
        ("2025Q3", Quarter(2025, 3)),
    ],
)
def test_a_period_is_found_by_its_key(text: str, period: object) -> None:
    assert find_period(text) == period
    assert make_period_key(period) == text


@pytest.mark.parametrize("text", ["", "25", "2025-2023", "2025-", "2025-26", "-2025", "2025Q5", "２０２５", "plans"])
def test_other_texts_are_no_period(text: str) -> None:
    assert find_period(text) is None


def test_a_period_names_itself() -> None:
    assert [str(period) for period in (PlanToDate(), Years(2024, 2024), Years(2023, 2024))] == [
        "plan to date",
        "2024",
        "2023-2024",
    ]


def test_a_quarter_starts_on_the_day_after_the_previous_one_ended() -> None:
    assert Calendar().get_start_date(Quarter(2024, 1)) == date(2024, 1, 1)
    assert Calendar(first_month=10).get_start_date(Quarter(2023, 2)) == date(2024, 1, 1)


def make_received(site: str, quarter: str, *, approved: bool = True, day: int = 20) -> ReceivedReturn:
    year, number = quarter.split("Q")
    submitted = datetime(int(year), int(number) * 3 + 1, day, tzinfo=UTC)
    return ReceivedReturn(site, Quarter(int(year), int(number)), submitted, approved)


RECEIVED = (
    make_received("one", "2022Q1"),
    make_received("two", "2022Q1", approved=False),
    make_received("one", "2022Q2", day=31),
)
Q1, Q2 = Quarter(2022, 1), Quarter(2022, 2)


def test_received_returns_are_a_mapping_by_site_and_quarter() -> None:
    received = index_received_returns(RECEIVED)
    assert received["one", Q1] is RECEIVED[0] and received.get(("two", Q1)) is RECEIVED[1]
    assert received.get(("two", Q2)) is None and received.get(("two", Quarter(2023, 1))) is None
    assert ("one", Q2) in received and ("two", Q2) not in received and "one" not in received
    assert list(received) == [("one", Q1), ("two", Q1), ("one", Q2)] and len(received) == 3
    assert list(received.iterate_pending_approval()) == [("two", Q1)]
    # A second look uses the cache.
    assert list(received.iterate_pending_approval()) == [("two", Q1)]


def test_a_copy_replaces_the_returns_of_its_sites_only() -> None:
    received = index_received_returns(RECEIVED)
    assert list(received.iterate_pending_approval()) == [("two", Q1)]
    approved = make_received("two", "2022Q1")
    copy = received.with_sites(["two"], [approved])
    assert dict(copy) == {("one", Q1): RECEIVED[0], ("two", Q1): approved, ("one", Q2): RECEIVED[2]}
    assert list(copy.iterate_pending_approval()) == []
    assert received.find_differing_quarters(copy) == copy.find_differing_quarters(received) == {Q1}
    assert received.find_differing_quarters(index_received_returns(RECEIVED)) == set()
    assert received.find_differing_quarters(received.select_until(Q1)) == {Q2}


def test_rates_and_overdue_quarters_are_those_of_each_site() -> None:
    """On 31 July 2022 both quarters are due; 31 July is one day too late for the second."""
    plans, received = make_single_plan(PLAN), index_received_returns(RECEIVED)
    today = date(2022, 7, 31)
    rates = compute_reporting_rates(plans, received, sites=["one", "far"], today=today)
    assert rates == {"one": ReportingRate(2, 2, 1), "far": ReportingRate(2, 0, 0)}
    overdue = list_overdue_quarters(plans, received, sites=None, today=today, last=Quarter(2022, 4))
    assert overdue == {"two": [Q2], "far": [Q1, Q2]}
    arguments = {"sites": ("far", "one"), "last": Quarter(2022, 4)}
    assert list_overdue_quarters(plans, received, today=today, **arguments) == {"far": [Q1, Q2]}
    assert list_overdue_quarters(plans, received, today=date(2022, 7, 30), **arguments) == {"far": [Q1]}
    assert list_overdue_quarters(plans, received, today=today, sites=None, last=Q1) == {"far": [Q1]}


STAGES = make_stages("A-01", "planned", "under-way", "in-use")


@pytest.mark.parametrize(
    "text",
    ["under way / under-way-km", "Under  WAY", "under-way", "under-way-km", "2", "២", "\u200bunder way ", "２"],
)
def test_a_stage_is_found_by_each_of_its_texts(text: str) -> None:
    assert find_stage_by_text(STAGES, text) is STAGES[1]


@pytest.mark.parametrize("text", ["", "under", "4", "0", "planned under way"])
def test_other_texts_name_no_stage(text: str) -> None:
    assert find_stage_by_text(STAGES, text) is None


def test_stages_are_named_in_both_languages() -> None:
    english_only = Stage("A-01", "x", LocalizedText("used"), 1)
    same = Stage("A-01", "x", LocalizedText("used", "used"), 1)
    assert [format_stage(stage) for stage in (STAGES[0], english_only, same)] == [
        "planned / planned-km",
        "used",
        "used",
    ]
    assert describe_stages(STAGES[:2]) == LocalizedText("planned, under way", "planned-km, under-way-km")
    assert normalize_stage_text(" Ａ\u00ad b\n១２x ") == "ａ b 12x"


def test_sites_are_grouped_by_stage_and_those_without_one_come_last() -> None:
    one, two, far = (LocalizedText(name) for name in ("One", "Two", "Far"))
    assert group_by_stage(STAGES, [(one, 3), (two, Decimal(1)), (far, Decimal(3))]) == (
        (STAGES[0], (two,)),
        (STAGES[1], ()),
        (STAGES[2], (one, far)),
    )
    assert group_by_stage(STAGES[:1], [(one, NoValue.NOTHING_REPORTED), (two, 9)]) == (
        (STAGES[0], ()),
        (None, (one, two)),
    )
    indicator = make_stage_indicator("A-01", "no", "yes")
    assert indicator.find_stage(2) is indicator.stages[1] and indicator.find_stage(Decimal(3)) is None


def test_a_text_without_khmer_is_shown_in_english() -> None:
    assert [LocalizedText("a", "b").get_text(language) for language in ("en", "km")] == ["a", "b"]
    assert LocalizedText("a").get_text("km") == "a"


def test_ratings_are_counted_by_what_they_say() -> None:
    ratings = [Rating.ACHIEVED, Rating.ON_TRACK, Rating.ON_TRACK, Rating.OFF_TRACK, Rating.NO_DATA]
    counts = count_ratings(ratings)
    assert dict(counts.counts)[Rating.ON_TRACK] == 2 and len(counts.counts) == len(Rating)
    assert (counts.rated_count, counts.good_count, counts.total) == (4, 3, 5)
    assert [rating for rating in Rating if rating.is_rated] == ["achieved", "on_track", "at_risk", "off_track"]
    assert [rating for rating in Rating if rating.needs_attention] == ["at_risk", "off_track"]


def test_a_value_is_incomplete_until_every_cell_is_reported_or_carried() -> None:
    carried = (CarriedLevel("one", Q1),)
    assert Value(Decimal(1), reported=1, expected=3, carried=carried).is_incomplete
    assert not Value(Decimal(1), reported=2, expected=3, carried=carried).is_incomplete
    assert not Value(NoValue.NOT_DUE).is_incomplete


@pytest.mark.parametrize(
    ("start", "now", "before", "target", "share"),
    [
        (50, 70, 50, 100, Decimal("0.4")),
        (40, 30, 40, 20, Decimal("0.5")),
        (50, 70, 50, 50, NoValue.TARGET_EQUALS_BASELINE),
        (50, 70, NoValue.NO_BASELINE, 50, NoValue.NO_TARGET),
        (50, 70, 50, NoValue.NO_TARGET, NoValue.NO_TARGET),
        (NoValue.NOT_DEFINED, 70, 50, 100, NoValue.NOT_DEFINED),
        (50, NoValue.NOTHING_REPORTED, 50, 100, NoValue.NOTHING_REPORTED),
    ],
)
def test_the_step_of_a_year_is_a_share_of_the_planned_step(
    start: object, now: object, before: object, target: object, share: object
) -> None:
    amounts = [
        amount if isinstance(amount, NoValue) else Decimal(str(amount)) for amount in (start, now, before, target)
    ]
    arguments = dict(zip(("start", "now", "target_before", "target"), amounts, strict=True))
    assert compute_year_step(**arguments) == share


def test_numbers_of_two_returns_are_compared_cell_by_cell() -> None:
    before = [make_observation("A-01", 5), make_observation("A-02", "NC"), make_observation("A-03", 7)]
    after = [make_observation("A-03", 7), make_observation("A-02", 2), make_observation("A-04", 1)]
    changes = compare_numbers(before, [*after, make_observation("A-01/sex/women", "NC")])
    assert [(str(change.key), change.kind, change.difference) for change in changes] == [
        ("A-03", ChangeKind.UNCHANGED, 0),
        ("A-02", ChangeKind.CHANGED, None),
        ("A-04", ChangeKind.NEW, None),
        ("A-01/sex/women", ChangeKind.NEW, None),
        ("A-01", ChangeKind.DROPPED, None),
    ]
    (lowered,) = compare_numbers([make_observation("A-01", 5)], [make_observation("A-01", 3)])
    assert (lowered.kind, lowered.difference) == (ChangeKind.CHANGED, -2)
    withdrawn = NumberChange(lowered.key, lowered.old, make_observation("A-01", "NC"))
    assert (withdrawn.kind, withdrawn.difference) == (ChangeKind.CHANGED, None)


def test_an_effect_says_what_of_a_figure_changes() -> None:
    plan = make_plan(INDICATOR, sites=["one"], years=(2022, 2022), targets=make_targets("A-01", {2022: 40}))
    plans, period = make_single_plan(plan), Years(2022, 2022)
    arguments = {"indicator": "A-01", "sites": None, "period": period, "today": date(2022, 5, 1)}
    low, high, top = (
        compute_figure(plans, build_record(plans, make_returns("one", "A-01", {"2022Q1": value})), **arguments)
        for value in (1, 10, 11)
    )
    effects = [FigureEffect("A-01", "", period, *pair) for pair in ((low, high), (high, top))]
    assert [(effect.changes_amount, effect.changes_target, effect.changes_rating) for effect in effects] == [
        (True, False, True),
        (True, False, False),
    ]
    moved = FigureEffect("A-01", "", period, low, replace(low, target=Decimal(41)))
    assert (moved.changes_amount, moved.changes_target, moved.changes_rating) == (False, True, False)
    assert low.has_target and not replace(low, target=NoValue.NO_TARGET, expected=NoValue.NO_TARGET).has_target
    assert replace(low, target=NoValue.NO_TARGET).has_target and replace(low, expected=NoValue.NOT_DUE).has_target


def test_only_values_of_some_sites_that_did_not_change_are_retained() -> None:
    plans = make_single_plan(PLAN)
    cache = {"all": (plans, 0, 1), "first": (plans, 0b001, 2), "both": (plans, 0b011, 3), "other": (plans, 0b100, 4)}
    assert list(retain_unaffected(cache, 0b001)) == ["other"]
    assert list(retain_unaffected(cache, 0b010)) == ["first", "other"]


def test_an_earlier_record_has_the_stored_tallies_until_its_quarter_and_computes_levels_after_it() -> None:
    level = make_indicator("A-01", over_time=type(INDICATOR.over_time)("stock"))
    plans = make_single_plan(make_plan(level, sites=["one"], years=(2022, 2022)))
    record = build_record(plans, make_returns("one", "A-01", {"2022Q1": 5, "2022Q2": 6, "2022Q3": 7}))
    number = ("A-01", "")
    all_tallies = record.get_tallies(plans, number, None)
    stored = Record(record.received_returns, record.rows, lambda _plans, _number: all_tallies)
    earlier = stored.select_until(Q1).get_tallies(plans, number, None)
    expected = build_record(plans, make_returns("one", "A-01", {"2022Q1": 5})).get_tallies(plans, number, None)
    assert dict(earlier) == dict(expected) and len(earlier) == len(expected)
    assert earlier[Q1] == all_tallies[Q1] and earlier[Q2] != all_tallies[Q2]
    assert [earlier.get(quarter) for quarter in expected] == list(expected.values())


def test_an_earlier_record_of_amounts_has_nothing_after_its_quarter() -> None:
    plans = make_single_plan(make_plan(INDICATOR, sites=["one"], years=(2022, 2022)))
    record = build_record(plans, make_returns("one", "A-01", {"2022Q1": 5, "2022Q2": 6}))
    stored = replace(record, load_centre_tallies=lambda plans, number: record.get_tallies(plans, number, None))
    earlier = stored.select_until(Q1).get_tallies(plans, ("A-01", ""), None)
    assert list(earlier) == [Q1] and earlier[Q1].groups[REPORTED].value == 5
    assert earlier.get(Q2) is None
    with pytest.raises(KeyError):
        earlier[Q2]


def test_a_tally_is_empty_without_groups_and_equal_ones_have_the_same_hash() -> None:
    tallies = [Tally({REPORTED: GroupTotal(1, Decimal(2), Decimal(0))}) for _ in range(2)]
    assert EMPTY_TALLY.is_empty and not tallies[0].is_empty
    assert tallies[0] == tallies[1] and hash(tallies[0]) == hash(tallies[1])
    assert tallies[0] != EMPTY_TALLY and tallies[0] != "tally" and "Decimal('2')" in repr(tallies[0])


def test_the_rows_of_a_suppression_are_those_of_either_kind() -> None:
    result = SuppressionResult(primary=frozenset("a"), secondary=frozenset("b"), unprotected=())
    assert result.rows == {"a", "b"}


PEOPLE = make_indicator("A-01", counts_people=True, baseline_year=2021, baseline_value=20)
WOMEN, MEN = make_part("A-01", "sex/women"), make_part("A-01", "sex/men")


def make_part_plan(*baselines: tuple[str, str, int], **fields: object) -> Plan:
    """Make a plan with baselines by site, part and value, and a target of 12 women."""
    rows = [row for site, part, value in baselines for row in make_targets("A-01", {2021: value}, site=site, part=part)]
    return make_plan(
        replace(PEOPLE, **fields),
        parts=[WOMEN, MEN],
        targets=[*rows, *make_targets("A-01", {2022: 12}, part="sex/women")],
    )


def test_parts_with_a_target_or_baseline_are_rated() -> None:
    plan = make_part_plan()
    assert find_part(plan, "A-01", "sex/men") is MEN and find_part(plan, "A-01", "") is None
    assert [has_targets(plan, part) for part in (WOMEN, MEN)] == [True, False]
    assert list_parts_with_targets(plan, "A-01") == (WOMEN,)
    assert list_parts_with_targets(make_part_plan(("one", "sex/men", 8)), "A-01") == (WOMEN, MEN)
