"""Every figure of a random world: totals, parts, provinces, single sites, each with the targets of the reference."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from etl.indicators.figures import compute_figure
from etl.indicators.record import build_record
from etl.indicators.results import Figure
from etl.indicators.site_groups import SiteGroup, SiteSelection
from etl.indicators.vocabulary import AcrossSites, Direction, Indicator
from tests.support.random_plans import Scenario
from tests.support.reference_targets import ReferenceTargets

KINDS = frozenset(("mean", "part", "total", "stage", "register", "province", "site", "ratio", "flow", "level"))


@dataclass(frozen=True)
class RandomFigure:
    """A figure with its definition, its targets by the reference, and what is special about it."""

    figure: Figure
    indicator: Indicator
    targets: ReferenceTargets
    kinds: frozenset[str]

    def is_worse(self, value: object, than: object) -> bool:
        """Whether a value is lower in an increase, or higher in a decrease; False without either."""
        if value is None or than is None:
            return False
        low, high = Fraction(str(value)), Fraction(str(than))
        return low < high if self.indicator.direction is Direction.INCREASE else low > high


def iterate_figures(scenario: Scenario) -> Iterator[RandomFigure]:
    """Yield the figures of the query, of all sites, of a site and of each province, for totals and parts."""
    record, query = build_record(scenario.plans, scenario.returns), scenario.query
    plan = scenario.plans.latest
    selections: list[SiteSelection | None] = [None, (plan.sites[0].code,), *scenario.plans.provinces.values()]
    if query.sites not in selections:
        selections.append(query.sites)
    for indicator in plan.indicators:
        for part in ("", *(part.key for part in plan.list_parts(indicator.code))):
            for sites in selections:
                figure = compute_figure(
                    scenario.plans,
                    record,
                    indicator=indicator.code,
                    part=part,
                    sites=sites,
                    period=query.period,
                    today=query.today,
                )
                yield _describe(scenario, figure, sites)


def _describe(scenario: Scenario, figure: Figure, sites: SiteSelection | None) -> RandomFigure:
    plan = scenario.plans.versions[figure.plan_version - 1].plan
    indicator = plan.indicator_by_code[figure.indicator]
    province = sites.code if isinstance(sites, SiteGroup) else ""
    kinds = {
        "mean": indicator.across_sites is AcrossSites.MEAN,
        "part": bool(figure.part),
        "total": indicator.is_total,
        "stage": indicator.is_stage,
        "register": bool(indicator.unique_people),
        "province": bool(province),
        "site": sites is not None and len(figure.sites) == 1,
        "ratio": indicator.is_ratio,
        "flow": indicator.is_number_flow,
        "level": indicator.target_basis == "level",
    }
    targets = ReferenceTargets(plan, indicator, figure.sites, province, figure.part)
    return RandomFigure(figure, indicator, targets, frozenset(name for name, is_so in kinds.items() if is_so))
