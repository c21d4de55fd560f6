"""Random editions with figures in every state and with texts that break careless writers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

from etl.indicators.editions import (
    PLAN_TO_DATE,
    Edition,
    EditionContents,
    EditionFigure,
    FigureKey,
    PublicRemark,
    Redaction,
    Restatement,
    RetiredIndicator,
    Suppression,
)
from etl.indicators.periods import Quarter, list_quarters_between
from etl.indicators.plans import Plan
from etl.indicators.results import NoValue, Rating
from etl.indicators.vocabulary import Direction, Indicator, LocalizedText, Measure, OverTime, TargetBasis
from tests.support.builders import make_indicator, make_part, make_plan, make_site, make_targets

HOSTILE_TEXTS = (
    "=HYPERLINK(1)",
    'a <b> & "c"',
    "ក្រុម\u200bកសិករ",
    "line\nbreak, comma; tab\t",
    "@cmd",
    "bell\x07",
    "-5",
    "'",
)
_STATES = ("value", "value", "value", *Suppression, *(reason.value for reason in NoValue))


def make_random_edition(seed: int) -> EditionContents:
    """Make an edition of a random quarter with a figure in a random state for every key."""
    random = Random(seed)
    plan = _make_plan(random)
    quarter = Quarter(random.choice((2022, 2023, 2024)), random.randint(1, 4))
    retired = make_indicator("A-09", name=LocalizedText(random.choice(HOSTILE_TEXTS)), unit="ha", objective="A")
    edition = Edition(
        id=f"{quarter.year}-Q{quarter.number}",
        quarter=quarter,
        revision=1,
        as_of=plan.settings.calendar.get_end_date(quarter.shift(1)),
        published_on=date(2026, 11, 24),
        plan=plan,
        plan_version=2,
        has_sample_data=random.random() < 0.5,
        returns_received=3,
        returns_expected=5,
        counted=quarter,
        time_gone=Decimal("0.35"),
        remarks=(PublicRemark("A-01", quarter, random.choice(HOSTILE_TEXTS), "action", "person", date(2025, 1, 31)),),
        closed=(RetiredIndicator(retired, 2, date(2024, 1, 1)),),
        restatements=(
            Restatement(
                FigureKey("A-01", "", "", "2022"), "value", Decimal(5), "value", Decimal("7.5"), None, Decimal(9)
            ),
        ),
        taken_out=(Redaction(date(2026, 11, 24), "a remark", random.choice(HOSTILE_TEXTS)),),
    )
    figures = [figure for indicator in plan.indicators for figure in _list_figures(random, plan, indicator, edition)]
    figures += [
        _make_figure(random, retired, FigureKey(retired.code, "", "", period)) for period in (PLAN_TO_DATE, "2022")
    ]
    return EditionContents(edition, tuple(figures))


def _make_plan(random: Random) -> Plan:
    name = LocalizedText(random.choice(HOSTILE_TEXTS), "ឈ្មោះ")
    indicators = (
        make_indicator("A-01", unit="count", counts_people=True, unique_people="register", name=name, level="output"),
        make_indicator("A-02", unit="ha", over_time="stock", target_basis="level", direction="decrease", decimals=1,
                     baseline_year=2021, baseline_value=40, level="outcome"),
        make_indicator("B-01", unit="%", measure="ratio", scale=100, level="outcome", direction="maintain"),
    )  # fmt: skip
    enums = [_add_enums(indicator) for indicator in indicators]
    sites = (make_site("BKN", iso_3166_2="KH-3", lat=Decimal("12.05"), lon=Decimal("105.4")), make_site("RVG"))
    parts = (make_part("A-01", "sex/women"), make_part("A-01", "sex/men"))
    plan = make_plan(*enums, sites=sites, parts=parts, targets=make_targets("A-01", {2022: 10, 2024: "12.5"}))
    return replace(plan, settings=replace(plan.settings, name=LocalizedText(random.choice(HOSTILE_TEXTS), "ផែនការ")))


def _add_enums(indicator: Indicator) -> Indicator:
    """Return the indicator with enum members in place of texts."""
    return replace(
        indicator,
        measure=Measure(indicator.measure),
        over_time=OverTime(indicator.over_time),
        target_basis=TargetBasis(indicator.target_basis),
        direction=Direction(indicator.direction),
    )


def _list_figures(random: Random, plan: Plan, indicator: Indicator, edition: Edition) -> list[EditionFigure]:
    years = [PLAN_TO_DATE, *(str(year) for year in edition.years)]
    quarters = [str(quarter) for quarter in list_quarters_between(plan.settings.first_quarter, edition.quarter)]
    keys = [FigureKey(indicator.code, "", "", period) for period in (*years, *quarters)]
    keys += [
        FigureKey(indicator.code, part.key, "", period)
        for part in plan.list_parts_and_participations(indicator.code)
        for period in years
    ]
    places = (*plan.sites, *plan.provinces)
    keys += [FigureKey(indicator.code, "", place.code, period) for place in places for period in years]
    return [_make_figure(random, indicator, key) for key in keys]


def _make_figure(random: Random, indicator: Indicator, key: FigureKey) -> EditionFigure:
    def number() -> Decimal:
        return Decimal(random.randint(-50, 10 ** random.randint(1, 9))) / random.choice((1, 1, 4, 1000))

    whole = EditionFigure(
        key=key,
        state="value",
        value=number(),
        numerator=number() if indicator.is_ratio else None,
        denominator=number() if indicator.is_ratio else None,
        reported=random.randint(0, 9),
        expected=random.randint(0, 9),
        carried=random.randint(0, 2),
        not_collected=random.randint(0, 2),
        target=number() if not key.part and random.random() < 0.7 else None,
        baseline=number() if random.random() < 0.5 else None,
        share=number() / 7 if random.random() < 0.7 else None,
        rule="of_change" if indicator.is_stock else "of_target",
        rating=random.choice(tuple(Rating)).value if not key.part else "",
        over_target=random.random() < 0.1,
        counted="2022Q1",
        judged="2022" if indicator.is_ratio and key.period == PLAN_TO_DATE else "",
    )
    state = random.choice(_STATES)
    if state == "value":
        return whole
    return replace(whole.suppress(Suppression.SMALL), state=str(state))
