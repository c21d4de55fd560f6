"""Draft the next edition of a quarter from the approved figures up to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from etl.database.connection import Connection, reading
from etl.database.edition_records import EditionSummary
from etl.database.read.editions import find_edition, read_edition_figures, read_edition_summaries, read_withheld
from etl.database.read.effective_returns import read_site_returns
from etl.database.read.remarks import read_remarks
from etl.errors import TranslatableError, UnknownNameError
from etl.indicators.editions import (
    Edition,
    EditionFigure,
    FigureKey,
    PublicRemark,
    Restatement,
    Suppression,
    format_edition_id,
    parse_period,
)
from etl.indicators.periods import Quarter, Years, list_quarters_between
from etl.indicators.plans import Plan, Plans
from etl.indicators.progress import OF_CHANGE
from etl.indicators.record import build_record
from etl.indicators.reporting import compute_reporting_rate, list_sites_expected_to_report
from etl.indicators.results import NoValue
from etl.indicators.small_baselines import find_small_baselines, withhold_small_baselines
from etl.indicators.small_counts import ProtectedFigures, PublishedEdition, protect_small_counts
from etl.locale import N_
from etl.queries.data_source import DataSource
from etl.queries.edition_figures import (
    FigureRequest,
    compute_edition_figure,
    iterate_figure_requests,
    list_retired_indicators,
    list_target_revisions,
)
from etl.queries.plan_overview import find_counted_quarter, get_time_elapsed
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot, select_current_return


class EditionError(TranslatableError):
    """An edition of the quarter cannot be made now."""


class UnknownEditionError(EditionError, UnknownNameError):
    """The plan has no such quarter, or there is no such edition or no such data in it."""


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
    retired = list_retired_indicators(snapshot.plans)
    requests = tuple(iterate_figure_requests(scope, quarter, retired))
    true_figures = tuple(_compute_public_figure(scope, request) for request in requests)
    protected = protect_small_counts(scope.plan, true_figures, [edition for _, edition in published])
    revision = max((edition.revision for edition in editions if edition.quarter == quarter), default=0) + 1
    edition = replace(
        _make_edition(scope, quarter, revision, today, snapshot.has_sample_data),
        closed=retired,
        remarks=remarks,
        target_revisions=list_target_revisions(scope, requests),
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
        raise UnknownEditionError(_OUTSIDE, quarter=quarter, first=settings.first_year, last=settings.last_year)
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
    """Return the plan without what only the import of returns needs, and without small baselines of people."""
    public_plan = withhold_small_baselines(plan)
    return replace(public_plan, aliases=(), sites=tuple(replace(site, evidence="") for site in plan.sites))


def _compute_public_figure(scope: QueryScope, request: FigureRequest) -> EditionFigure:
    """Return the figure without a small baseline of people, and without a percentage from which it follows."""
    figure, key = compute_edition_figure(scope, request), request.key
    small = find_small_baselines(scope.plan)
    if figure.baseline is None or not small.include(key.indicator, site=key.site, part=key.part):
        return figure
    return replace(figure, baseline=None, share=None if figure.rule == OF_CHANGE else figure.share)


def _iterate_excluded_returns(snapshot: Snapshot, scope: QueryScope, last: Quarter) -> Iterator[ExcludedReturn]:
    """Yield the expected returns up to the quarter that are pending, sent back, drafts or missing."""
    returns = groupby(snapshot.returns, key=lambda active: (active.site, active.quarter))
    states = {key: select_current_return(list(group))[0].state for key, group in returns}
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
    is_same_quarter = summary.quarter == edition.quarter
    restatements = find_restatements(figures, protected.figures, summary.quarter, is_same_quarter=is_same_quarter)
    return replace(edition, before=summary.id, restatements=tuple(restatements))


_EQUIVALENT_STATES = ({Suppression.SMALL, Suppression.WITHHELD}, {NoValue.NOT_APPLICABLE, NoValue.NOT_DUE})
"""States that say the same to a reader. Older editions have `not_applicable` between the reports of an indicator."""


def find_restatements(
    old: Iterable[EditionFigure],
    new: Iterable[EditionFigure],
    last_quarter: Quarter,
    *,
    is_same_quarter: bool = False,
) -> Iterator[Restatement]:
    """Yield the figures whose value or target differs from the older edition, whose quarter is `last_quarter`.

    Only periods that had ended by then count; every period, also the plan to date, where `is_same_quarter`. A change
    between two reasons of suppression, or between two reasons why nothing was to be reported, is no restatement.
    """
    old_figures = {figure.key: figure for figure in old}
    for now in new:
        was = old_figures.get(now.key)
        if was is None or not (is_same_quarter or _had_ended(now.key.period, last_quarter)):
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
