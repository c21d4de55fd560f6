"""Preview what a new plan version would change: the quarters that it assesses, and figures before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from etl.database.connection import reading
from etl.database.read.effective_returns import make_site_return, read_candidates, read_observations, select_effective
from etl.indicators.effects import FigureEffect
from etl.indicators.figures import compute_figure
from etl.indicators.periods import Period, PlanToDate, Quarter, Years, list_quarters_between
from etl.indicators.plans import Plan, Plans, PlanVersion
from etl.indicators.record import Record, build_record
from etl.queries.data_source import DataSource


@dataclass(frozen=True)
class PlanEffects:
    """The effects of a version that is in force from a day. Nothing is stored."""

    plan: Plan
    effective: date
    quarters: tuple[Quarter, ...]
    """The quarters of the plan that it would assess in place of an earlier version, in order."""
    ended_count: int
    """How many of them have ended."""
    figures: tuple[FigureEffect, ...]
    """The figures of the centre whose target, percentage or rating would differ, by year and for the plan to date."""


def find_plan_effects(source: DataSource, plan: Plan, effective: date, *, today: date) -> PlanEffects | None:
    """Return what loading the plan would change; None for the first plan."""
    with reading(source.engine) as connection:
        snapshot = source.find_snapshot_in(connection)
        if snapshot is None:
            return None
        candidates, observations = read_candidates(connection), read_observations(connection)
    old = snapshot.plans
    version = PlanVersion(old.versions[-1].number + 1, effective, plan, loaded_on=today)
    new = Plans((*old.versions, version))
    chosen = select_effective(candidates, "submitted")
    returns = [make_site_return(candidate, observations.get(candidate.id, ())) for candidate in chosen]
    settings = plan.settings
    quarters = [
        quarter
        for quarter in list_quarters_between(settings.first_quarter, settings.last_quarter)
        if new.get_version_in_force(quarter) is version
    ]
    effects = _iterate_effects(old, snapshot.submitted, new, build_record(new, returns), today)
    ended_count = sum(new.has_ended(quarter, today) for quarter in quarters)
    return PlanEffects(plan, effective, tuple(quarters), ended_count, tuple(effects))


def _iterate_effects(old: Plans, before: Record, new: Plans, after: Record, today: date) -> Iterator[FigureEffect]:
    settings = new.latest.settings
    years = range(settings.first_year, min(settings.last_year, today.year) + 1)
    periods: list[Period] = [PlanToDate(), *(Years(year, year) for year in years)]
    for code in new.latest.indicator_by_code:
        for period in periods if code in old.latest.indicator_by_code else ():
            figures = [
                compute_figure(plans, record, indicator=code, sites=None, period=period, today=today)
                for plans, record in ((old, before), (new, after))
            ]
            effect = FigureEffect(code, "", period, *figures)
            if effect.changes_rating or effect.changes_target or effect.before.headline != effect.after.headline:
                yield effect
