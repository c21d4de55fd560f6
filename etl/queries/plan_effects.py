"""Compute what a new plan version would change: the quarters that it assesses, and figures before and after."""

from collections.abc import Iterator
from datetime import date

from etl.database.connection import reading
from etl.database.read.effective_returns import make_site_return, read_candidates, read_observations, select_effective
from etl.indicators.effects import FigureEffect, PlanEffects
from etl.indicators.figures import compute_figure
from etl.indicators.periods import Period, PlanToDate, Years, list_quarters_between
from etl.indicators.plans import Plan, Plans, PlanVersion
from etl.indicators.record import Record, build_record
from etl.indicators.vocabulary import Target
from etl.queries.data_source import DataSource


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
    ended_count = sum(new.has_ended(quarter, today) for quarter in quarters)
    return PlanEffects(
        plan,
        effective,
        tuple(quarters),
        ended_count,
        tuple(_iterate_effects(old, snapshot.submitted, new, build_record(new, returns), today)),
        added=tuple(code for code in plan.indicator_by_code if code not in old.latest.indicator_by_code),
        retired=tuple(code for code in old.latest.indicator_by_code if code not in plan.indicator_by_code),
        has_other_part_targets=any(
            target.part and target.indicator in old.latest.indicator_by_code
            for target in _list_differing_targets(old.latest, plan)
        ),
    )


def _list_differing_targets(old: Plan, new: Plan) -> list[Target]:
    """Return the targets and baselines of indicators of the new plan whose value is not in both plans."""
    before, after = (
        {(target.indicator, target.site, target.year, target.part): target for target in plan.targets}
        for plan in (old, new)
    )
    return [
        target
        for targets, others in ((before, after), (after, before))
        for key, target in targets.items()
        if target.indicator in new.indicator_by_code and (key not in others or others[key].value != target.value)
    ]


def _iterate_effects(old: Plans, before: Record, new: Plans, after: Record, today: date) -> Iterator[FigureEffect]:
    settings = new.latest.settings
    years = range(settings.first_year, min(settings.last_year, today.year) + 1)
    periods: list[Period] = [PlanToDate(), *(Years(year, year) for year in years)]
    sites = {code: {""} for code in new.latest.indicator_by_code if code in old.latest.indicator_by_code}
    for target in _list_differing_targets(old.latest, new.latest):
        if (
            target.indicator in sites
            and target.site in old.latest.site_by_code
            and target.site in new.latest.site_by_code
        ):
            sites[target.indicator].add(target.site)
    for code, site in [(code, site) for code, selected in sites.items() for site in sorted(selected)]:
        for period in periods:
            place = (site,) if site else None
            figures = [
                compute_figure(plans, record, indicator=code, sites=place, period=period, today=today)
                for plans, record in ((old, before), (new, after))
            ]
            effect = FigureEffect(code, site, period, *figures)
            if effect.changes_rating or effect.changes_target or effect.before.headline != effect.after.headline:
                yield effect
