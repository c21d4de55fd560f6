"""The figures of an edition: which ones there are, and each as of a scope, before anything is withheld."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from etl.indicators.editions import (
    EditionFigure,
    EditionTargetRevision,
    FigureKey,
    RetiredIndicator,
    make_edition_period_key,
)
from etl.indicators.part_targets import has_targets
from etl.indicators.periods import Period, PlanToDate, Quarter, Years, list_quarters_between
from etl.indicators.plans import Plan, Plans
from etl.indicators.results import Figure, NoValue
from etl.indicators.selected_sites import select_reporting_sites
from etl.indicators.site_groups import SiteSelection, list_selected_codes
from etl.indicators.vocabulary import Indicator
from etl.queries.scope import QueryScope


@dataclass(frozen=True)
class FigureRequest:
    """A figure that an edition has, not computed yet."""

    indicator: str
    period: Period
    place: SiteSelection = ()
    """Blank: the centre, all sites together."""
    part: str = ""
    is_rated: bool = True
    """Whether it has a target and a rating. Parts have some only if the plan sets targets for them."""

    @property
    def key(self) -> FigureKey:
        code = "".join(list_selected_codes(self.place))
        return FigureKey(self.indicator, self.part, code, make_edition_period_key(self.period))


def list_retired_indicators(plans: Plans) -> tuple[RetiredIndicator, ...]:
    """Return the indicators that only older versions of the plan have, by their last definition."""
    return tuple(_iterate_retired_indicators(plans))


def _iterate_retired_indicators(plans: Plans) -> Iterator[RetiredIndicator]:
    seen_codes = set(plans.latest.indicator_by_code)
    for version, following in reversed(list(zip(plans.versions, plans.versions[1:], strict=False))):
        for indicator in version.plan.indicators:
            if indicator.code not in seen_codes:
                seen_codes.add(indicator.code)
                yield RetiredIndicator(indicator, following.number, following.effective)


def iterate_figure_requests(
    scope: QueryScope, quarter: Quarter, retired: Sequence[RetiredIndicator]
) -> Iterator[FigureRequest]:
    """Yield the centre's figures and parts by plan, year and quarter, and those of places by plan and year."""
    settings = scope.plan.settings
    years: list[Period] = [PlanToDate(), *(Years(year, year) for year in range(settings.first_year, quarter.year + 1))]
    periods = [*years, *list_quarters_between(settings.first_quarter, quarter)]
    for indicator in scope.plan.indicators:
        yield from (FigureRequest(indicator.code, period) for period in periods)
        for part in scope.plan.list_parts_and_participations(indicator.code):
            is_rated = has_targets(scope.plan, part)
            yield from (FigureRequest(indicator.code, period, (), part.key, is_rated) for period in periods)
        for place in _list_places(scope, indicator):
            yield from (FigureRequest(indicator.code, period, place) for period in years)
    for retired_indicator in retired:
        yield from (FigureRequest(retired_indicator.indicator.code, period) for period in years)


def _list_places(scope: QueryScope, indicator: Indicator) -> list[SiteSelection]:
    """Return the sites that report the indicator, and the provinces of these sites."""
    provinces = [
        province
        for province in scope.snapshot.plans.provinces.values()
        if select_reporting_sites(scope.plan, indicator, province)
    ]
    return [*((site.code,) for site in scope.plan.list_reporting_sites(indicator)), *provinces]


def compute_edition_figure(scope: QueryScope, request: FigureRequest) -> EditionFigure:
    """Return the figure with its true number and, if it is rated, its target, percentage and rating."""
    figure = _get_figure(scope, request)
    value, amount = figure.actual, figure.actual.amount
    edition_figure = EditionFigure(
        key=request.key,
        state="value" if isinstance(amount, Decimal) else amount.value,
        value=_get_number(amount),
        numerator=value.numerator,
        denominator=value.denominator,
        reported=value.reported,
        expected=value.expected,
        carried=len(value.carried),
        not_collected=value.not_collected,
    )
    return _add_rating(edition_figure, figure, scope.plan) if request.is_rated else edition_figure


def list_target_revisions(scope: QueryScope, requests: Iterable[FigureRequest]) -> tuple[EditionTargetRevision, ...]:
    """Return the revisions of the targets of the figures."""
    if len(scope.snapshot.plans.versions) == 1:
        return ()
    return tuple(
        EditionTargetRevision(
            request.key, item.on, _get_number(item.before), _get_number(item.after), item.is_expected_value
        )
        for request in requests
        for item in _get_figure(scope, request).target_revisions
    )


def _get_figure(scope: QueryScope, request: FigureRequest) -> Figure:
    return scope.get_figure(request.indicator, period=request.period, sites=request.place or None, part=request.part)


def _add_rating(edition_figure: EditionFigure, figure: Figure, plan: Plan) -> EditionFigure:
    """Return the figure with its target, percentage and rating."""
    whole_plan = Years(plan.settings.first_year, plan.settings.last_year)
    return replace(
        edition_figure,
        target=_get_number(figure.target),
        baseline=_get_number(figure.baseline),
        share=_get_number(figure.headline),
        rule=figure.headline_rule,
        rating=figure.rating.value,
        over_target=figure.over_target,
        counted=str(figure.counted_quarter or ""),
        judged="" if figure.period in (figure.requested_period, whole_plan) else str(figure.period),
    )


def _get_number(amount: Decimal | NoValue) -> Decimal | None:
    return amount if isinstance(amount, Decimal) else None
