"""Draft the next edition of a quarter from the approved figures up to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from etl.database.connection import Connection, reading
from etl.database.edition_records import EditionSummary
from etl.database.read.editions import find_edition, read_edition_figures, read_edition_summaries, read_withheld
from etl.database.read.effective_returns import read_site_returns
from etl.database.read.remarks import read_remarks
from etl.errors import TranslatableError
from etl.indicators.editions import (
    Edition,
    EditionFigure,
    EditionTargetRevision,
    FigureKey,
    PublicRemark,
    Restatement,
    RetiredIndicator,
    Suppression,
    format_edition_id,
    make_edition_period_key,
    parse_period,
)
from etl.indicators.figures import compute_figure
from etl.indicators.part_targets import has_targets, withhold_small_baselines
from etl.indicators.periods import Period, PlanToDate, Quarter, Years, list_quarters_between
from etl.indicators.plans import Plan, Plans
from etl.indicators.progress import OF_CHANGE
from etl.indicators.record import build_record
from etl.indicators.reporting import compute_reporting_rate, list_sites_expected_to_report
from etl.indicators.results import Figure, NoValue
from etl.indicators.selected_sites import select_reporting_sites
from etl.indicators.site_groups import SiteSelection, list_selected_codes
from etl.indicators.small_counts import ProtectedFigures, PublishedEdition, protect_small_counts
from etl.indicators.vocabulary import Indicator, Part
from etl.locale import N_
from etl.queries.data_source import DataSource
from etl.queries.plan_overview import find_counted_quarter, get_time_elapsed
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot


class EditionError(TranslatableError):
    """An edition of the quarter cannot be made now."""


_NOTHING = N_("No return up to {quarter} is approved yet, so there is nothing to publish.")
_OUTSIDE = N_("{quarter} is outside the plan, which runs from {first} to {last}.")
_NOT_ENDED = N_("{quarter} has not ended. You can publish it after {day}.")


@dataclass(frozen=True, order=True)
class ExcludedReturn:
    """A return that the edition leaves out, with its state; `missing` where there is no return."""

    quarter: Quarter
    site: str
    state: str


@dataclass(frozen=True)
class EditionDraft:
    """An edition as it would be published now."""

    edition: Edition
    figures: tuple[EditionFigure, ...]
    """The public figures, with small counts suppressed."""
    withheld_figures: tuple[EditionFigure, ...]
    """The suppressed figures with their true numbers."""
    unprotected_keys: tuple[FigureKey, ...]
    """Small counts that readers can compute from an earlier edition, whatever is withheld now."""
    excluded_returns: tuple[ExcludedReturn, ...]
    data_version: int
    previous_editions: tuple[EditionSummary, ...]


def draft_edition(source: DataSource, quarter: Quarter, *, today: date, reason: str = "") -> EditionDraft:
    """Return the next edition of the quarter: the first one, or the revision that would replace the last one.

    EditionError where the quarter has not ended, is outside the plan, or has no approved return up to it.
    """
    snapshot = source.get_snapshot()
    _check_quarter(snapshot, quarter, today)
    as_of = _choose_as_of(snapshot.plans, quarter, today)
    with reading(source.engine) as connection:
        editions = read_edition_summaries(connection)
        published = tuple(_read_published(connection, edition.id) for edition in editions)
        scope = _make_scope(connection, snapshot, quarter, as_of)
        remarks = _read_public_remarks(connection, quarter)
    if not scope.record.received_returns:
        raise EditionError(_NOTHING, quarter=quarter)
    retired = tuple(_iterate_retired_indicators(snapshot.plans))
    protected = protect_small_counts(
        scope.plan, tuple(_iterate_figures(scope, quarter, retired)), [edition for _, edition in published]
    )
    revision = max((edition.revision for edition in editions if edition.quarter == quarter), default=0) + 1
    edition = replace(
        _make_edition(scope, quarter, revision, today, snapshot.has_sample_data),
        closed=retired,
        remarks=remarks,
        target_revisions=_list_target_revisions(scope, protected.figures),
        reason=reason,
        replaces=format_edition_id(quarter, revision - 1) if revision > 1 else "",
    )
    return EditionDraft(
        edition=_add_restatements(edition, protected, editions, [figures for figures, _ in published]),
        figures=protected.figures,
        withheld_figures=protected.suppressed_figures,
        unprotected_keys=protected.unprotected,
        excluded_returns=tuple(sorted(_iterate_excluded_returns(snapshot, scope, quarter))),
        data_version=snapshot.data_version,
        previous_editions=editions,
    )


def _check_quarter(snapshot: Snapshot, quarter: Quarter, today: date) -> None:
    settings = snapshot.plans.latest.settings
    if not settings.first_quarter <= quarter <= settings.last_quarter:
        raise EditionError(_OUTSIDE, quarter=quarter, first=settings.first_year, last=settings.last_year)
    if not settings.calendar.has_ended(quarter, today):
        raise EditionError(_NOT_ENDED, quarter=quarter, day=settings.calendar.get_end_date(quarter))


def _choose_as_of(plans: Plans, quarter: Quarter, today: date) -> date:
    """Return today, at the latest the end of the following quarter: an edition ignores what is later."""
    return min(today, plans.get_plan_in_force(quarter).settings.calendar.get_end_date(quarter.shift(1)))


def _make_scope(connection: Connection, snapshot: Snapshot, quarter: Quarter, as_of: date) -> QueryScope:
    """Return a scope of the approved returns up to the quarter."""
    approved = snapshot.approved
    if any(received > quarter for _, received in approved.received_returns):
        sites = {site.code for version in snapshot.plans.versions for site in version.plan.sites}
        returns = [
            site_return
            for site in sorted(sites)
            for site_return in read_site_returns(connection, site, basis="approved", last=quarter)
        ]
        approved = build_record(snapshot.plans, returns)
    truncated = Snapshot(
        data_version=snapshot.data_version,
        plans=snapshot.plans,
        approved=approved,
        submitted=approved,
        returns_by_site=snapshot.returns_by_site,
        has_sample_data=snapshot.has_sample_data,
    )
    return QueryScope(snapshot=truncated, today=as_of, include_unapproved=False)


def _read_published(connection: Connection, edition_id: str) -> tuple[tuple[EditionFigure, ...], PublishedEdition]:
    """Return the public figures of an edition, and the edition with its true numbers."""
    edition = find_edition(connection, edition_id)
    public = read_edition_figures(connection, edition_id)
    true = read_withheld(connection, edition_id)
    assert edition is not None
    figures = tuple(_restore_numbers(figure, true[figure.key]) if figure.key in true else figure for figure in public)
    return public, PublishedEdition(edition_id, edition.plan, figures, frozenset(true))


def _restore_numbers(figure: EditionFigure, true: EditionFigure) -> EditionFigure:
    return replace(figure, value=true.value, numerator=true.numerator, denominator=true.denominator)


def _read_public_remarks(connection: Connection, last: Quarter) -> tuple[PublicRemark, ...]:
    return tuple(
        PublicRemark(
            remark.indicator,
            remark.quarter,
            remark.reason,
            remark.agreed_action,
            remark.responsible,
            remark.due,
            remark.is_done,
        )
        for remark in read_remarks(connection, public_only=True)
        if remark.quarter <= last
    )


def _iterate_retired_indicators(plans: Plans) -> Iterator[RetiredIndicator]:
    """Yield the indicators that only older versions of the plan have, by their last definition."""
    seen_codes = set(plans.latest.indicator_by_code)
    for version, following in reversed(list(zip(plans.versions, plans.versions[1:], strict=False))):
        for indicator in version.plan.indicators:
            if indicator.code not in seen_codes:
                seen_codes.add(indicator.code)
                yield RetiredIndicator(indicator, following.number, following.effective)


def _make_edition(scope: QueryScope, quarter: Quarter, revision: int, today: date, has_sample_data: bool) -> Edition:
    plans = scope.snapshot.plans
    rate = compute_reporting_rate(
        plans, scope.record.received_returns.values(), sites=None, today=scope.today, last=quarter
    )
    counted_quarter = find_counted_quarter(scope)
    return Edition(
        id=format_edition_id(quarter, revision),
        quarter=quarter,
        revision=revision,
        as_of=scope.today,
        published_on=today,
        plan=_make_public_plan(plans.latest),
        plan_version=plans.versions[-1].number,
        has_sample_data=has_sample_data,
        returns_received=rate.received,
        returns_expected=rate.expected,
        counted=counted_quarter,
        time_gone=get_time_elapsed(plans, counted_quarter),
    )


def _make_public_plan(plan: Plan) -> Plan:
    """Return the plan without what only the import of returns needs, and without small baselines of parts."""
    public_plan = withhold_small_baselines(plan)
    return replace(public_plan, aliases=(), sites=tuple(replace(site, evidence="") for site in plan.sites))


def _iterate_figures(
    scope: QueryScope, quarter: Quarter, retired: Sequence[RetiredIndicator]
) -> Iterator[EditionFigure]:
    """Yield the centre's figures and parts by plan, year and quarter, and those of places by plan and year."""
    settings = scope.plan.settings
    years: list[Period] = [PlanToDate(), *(Years(year, year) for year in range(settings.first_year, quarter.year + 1))]
    periods = [*years, *list_quarters_between(settings.first_quarter, quarter)]
    for indicator in scope.plan.indicators:
        yield from (_make_figure(scope, indicator.code, period) for period in periods)
        for part in scope.plan.list_parts_and_participations(indicator.code):
            yield from (_make_part(scope, part, period) for period in periods)
        for place in _list_places(scope, indicator):
            yield from (_make_figure(scope, indicator.code, period, place=place) for period in years)
    for retired_indicator in retired:
        yield from (_make_figure(scope, retired_indicator.indicator.code, period) for period in years)


def _list_places(scope: QueryScope, indicator: Indicator) -> list[SiteSelection]:
    """Return the sites that report the indicator, and the provinces of these sites."""
    provinces = [
        province
        for province in scope.snapshot.plans.provinces.values()
        if select_reporting_sites(scope.plan, indicator, province)
    ]
    return [*((site.code,) for site in scope.plan.list_reporting_sites(indicator)), *provinces]


def _make_part(scope: QueryScope, part: Part, period: Period) -> EditionFigure:
    """Return the figure of a part, with a rating if the plan has targets of the part."""
    figure = _make_figure(scope, part.indicator, period, part=part.key, is_rated=has_targets(scope.plan, part))
    if figure.baseline is None or _has_public_baseline(scope.plan, part):
        return figure
    return replace(figure, baseline=None, share=None if figure.rule == OF_CHANGE else figure.share)


def _has_public_baseline(plan: Plan, part: Part) -> bool:
    year = plan.indicator_by_code[part.indicator].baseline_year
    public_plan = withhold_small_baselines(plan)
    return year is not None and public_plan.find_target(part.indicator, "", year, part.key) is not None


def _make_figure(
    scope: QueryScope, code: str, period: Period, *, place: SiteSelection = (), part: str = "", is_rated: bool = True
) -> EditionFigure:
    figure = compute_figure(
        scope.snapshot.plans,
        scope.record,
        indicator=code,
        part=part,
        sites=place or None,
        period=period,
        today=scope.today,
    )
    value, amount = figure.actual, figure.actual.amount
    edition_figure = EditionFigure(
        key=FigureKey(code, part, "".join(list_selected_codes(place)), make_edition_period_key(period)),
        state="value" if isinstance(amount, Decimal) else amount.value,
        value=_get_number(amount),
        numerator=value.numerator,
        denominator=value.denominator,
        reported=value.reported,
        expected=value.expected,
        carried=len(value.carried),
        not_collected=value.not_collected,
    )
    return _add_rating(edition_figure, figure, scope.plan) if is_rated else edition_figure


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


def _list_target_revisions(scope: QueryScope, figures: Iterable[EditionFigure]) -> tuple[EditionTargetRevision, ...]:
    """Return the revisions of the targets of all figures."""
    if len(scope.snapshot.plans.versions) == 1:
        return ()
    revisions = []
    for key in (figure.key for figure in figures):
        sites = (key.site,) if key.site else None
        figure = scope.get_figure(key.indicator, period=parse_period(key.period), sites=sites, part=key.part)
        for item in figure.target_revisions:
            before, after = _get_number(item.before), _get_number(item.after)
            revisions.append(EditionTargetRevision(key, item.on, before, after, item.is_expected_value))
    return tuple(revisions)


def _get_number(amount: Decimal | NoValue) -> Decimal | None:
    return amount if isinstance(amount, Decimal) else None


def _iterate_excluded_returns(snapshot: Snapshot, scope: QueryScope, last: Quarter) -> Iterator[ExcludedReturn]:
    """Yield the expected returns up to the quarter that are pending, sent back, drafts or missing."""
    states = {(active.site, active.quarter): active.state for active in snapshot.returns}
    approved = scope.record.received_returns
    for quarter in list_quarters_between(scope.plan.settings.first_quarter, last):
        plan = snapshot.plans.get_plan_in_force(quarter)
        for site in list_sites_expected_to_report(plan, quarter):
            state = states.get((site.code, quarter), "missing")
            if (site.code, quarter) not in approved or state in ("submitted", "sent_back"):
                yield ExcludedReturn(quarter, site.code, state)


def _add_restatements(
    edition: Edition,
    protected: ProtectedFigures,
    editions: Sequence[EditionSummary],
    public_figures: Sequence[tuple[EditionFigure, ...]],
) -> Edition:
    """Compare with the edition that it replaces, else with the newest edition of an earlier quarter."""
    earlier = [
        (summary, figures)
        for summary, figures in zip(editions, public_figures, strict=True)
        if summary.order < (edition.quarter, edition.revision)
    ]
    if not earlier:
        return edition
    summary, figures = earlier[-1]
    restatements = tuple(find_restatements(figures, protected.figures, summary.quarter))
    return replace(edition, before=summary.id, restatements=restatements)


_EQUIVALENT_STATES = ({Suppression.SMALL, Suppression.WITHHELD}, {NoValue.NOT_APPLICABLE, NoValue.NOT_DUE})
"""States that say the same to a reader. Older editions have `not_applicable` between the reports of an indicator."""


def find_restatements(
    old: Iterable[EditionFigure], new: Iterable[EditionFigure], last_quarter: Quarter
) -> Iterator[Restatement]:
    """Yield the figures whose value or target differs from the older edition, whose quarter is `last_quarter`.

    Only periods that had ended by then count. A change between two reasons of suppression, or between two reasons why
    nothing was to be reported, is no restatement.
    """
    old_figures = {figure.key: figure for figure in old}
    for now in new:
        was = old_figures.get(now.key)
        if was is None or not _had_ended(now.key.period, last_quarter):
            continue
        if was.target == now.target and {was.state, now.state} in _EQUIVALENT_STATES:
            continue
        if (was.state, was.value, was.target) != (now.state, now.value, now.target):
            yield Restatement(now.key, was.state, was.value, now.state, now.value, was.target, now.target)


def _had_ended(period_key: str, last: Quarter) -> bool:
    period = parse_period(period_key)
    if isinstance(period, Quarter):
        return period <= last
    return isinstance(period, Years) and Quarter(period.last, 4) <= last
