"""What an edition of a quarter would hold: every approved figure up to it, what is left out, what it restates."""

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
    FigureKey,
    PublicRemark,
    Restatement,
    RetiredIndicator,
    Suppression,
    edition_period_key,
    format_edition_id,
    parse_period,
)
from etl.indicators.figures import compute_figure, compute_part_value
from etl.indicators.periods import Period, PlanToDate, Quarter, Years, quarters_between
from etl.indicators.plans import Plan, Plans
from etl.indicators.record import build_record
from etl.indicators.reporting import compute_reporting_rate, sites_expected_to_report
from etl.indicators.results import Figure, NoValue, Value
from etl.indicators.small_counts import ProtectedFigures, PublishedEdition, protect_small_counts
from etl.indicators.vocabulary import Indicator
from etl.locale import N_
from etl.queries.data_source import DataSource
from etl.queries.plan_overview import find_counted_quarter, get_time_elapsed
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot


class EditionError(TranslatableError):
    """An edition of this quarter can't be made now."""


_NOTHING = N_("Nothing up to {quarter} is approved yet, so there is nothing to publish.")
_OUTSIDE = N_("{quarter} lies outside the plan, {first} to {last}.")
_NOT_ENDED = N_("{quarter} has not ended; it can be published after {day}.")


@dataclass(frozen=True, order=True)
class ExcludedReturn:
    """A return that the edition does not rest on, and why: its state, `missing` where there is none."""

    quarter: Quarter
    site: str
    state: str


@dataclass(frozen=True)
class EditionDraft:
    """An edition as it would be published now. `figures` are the public's, `held` the withheld ones, true."""

    edition: Edition
    figures: tuple[EditionFigure, ...]
    withheld_figures: tuple[EditionFigure, ...]
    unprotected_keys: tuple[FigureKey, ...]
    """Small counts that an earlier edition gives away whatever is withheld now."""
    excluded_returns: tuple[ExcludedReturn, ...]
    data_version: int
    previous_editions: tuple[EditionSummary, ...]
    """The editions there were."""


def draft_edition(source: DataSource, quarter: Quarter, *, today: date, reason: str = "") -> EditionDraft:
    """The next edition of the quarter: its first, or the revision that would replace it.

    EditionError where the quarter has not ended, lies outside the plan, or nothing of it or before is approved.
    """
    snapshot = source.get_snapshot()
    _check_quarter(snapshot, quarter, today)
    as_of = _as_of(snapshot.plans, quarter, today)
    with reading(source.engine) as connection:
        lines = read_edition_summaries(connection)
        earlier = tuple(_read_published(connection, line.id) for line in lines)
        scope = _scope(connection, snapshot, quarter, as_of)
        remarks = tuple(
            PublicRemark(
                one.indicator, one.quarter, one.reason, one.agreed_action, one.responsible, one.due, one.is_done
            )
            for one in read_remarks(connection, public_only=True)
            if one.quarter <= quarter
        )
    if not scope.record.received_returns:
        raise EditionError(_NOTHING, quarter=quarter)
    closed = tuple(_closed(snapshot.plans))
    protected = protect_small_counts(
        scope.plan, tuple(_figures(scope, quarter, closed)), [known for _, known in earlier]
    )
    revision = max((one.revision for one in lines if one.quarter == quarter), default=0) + 1
    edition = _edition(scope, quarter, revision, today, snapshot.has_sample_data)
    edition = replace(
        edition,
        closed=closed,
        remarks=remarks,
        reason=reason,
        replaces=format_edition_id(quarter, revision - 1) if revision > 1 else "",
    )
    return EditionDraft(
        edition=_with_restatements(edition, protected, lines, [shown for shown, _ in earlier]),
        figures=protected.figures,
        withheld_figures=protected.suppressed_figures,
        unprotected_keys=protected.unprotected,
        excluded_returns=tuple(sorted(_left_out(snapshot, scope, quarter))),
        data_version=snapshot.data_version,
        previous_editions=lines,
    )


def _check_quarter(snapshot: Snapshot, quarter: Quarter, today: date) -> None:
    settings = snapshot.plans.latest.settings
    if not settings.first_quarter <= quarter <= settings.last_quarter:
        raise EditionError(_OUTSIDE, quarter=quarter, first=settings.first_year, last=settings.last_year)
    if not settings.calendar.has_ended(quarter, today):
        raise EditionError(_NOT_ENDED, quarter=quarter, day=settings.calendar.end(quarter))


def _as_of(plans: Plans, quarter: Quarter, today: date) -> date:
    """Today, or the last day of the following quarter where that has passed: an edition knows nothing later."""
    return min(today, plans.plan_in_force(quarter).settings.calendar.end(quarter.plus(1)))


def _scope(connection: Connection, snapshot: Snapshot, quarter: Quarter, as_of: date) -> QueryScope:
    """The approved returns up to the quarter, as if nothing had come later."""
    approved = snapshot.approved
    if any(received > quarter for _, received in approved.received_returns):
        sites = {site.code for version in snapshot.plans.versions for site in version.plan.sites}
        returns = [
            one for site in sorted(sites) for one in read_site_returns(connection, site, basis="approved", last=quarter)
        ]
        approved = build_record(snapshot.plans, returns)
    cut = Snapshot(
        data_version=snapshot.data_version,
        plans=snapshot.plans,
        approved=approved,
        submitted=approved,
        returns_by_site=snapshot.returns_by_site,
        has_sample_data=snapshot.has_sample_data,
    )
    return QueryScope(snapshot=cut, today=as_of, include_unapproved=False)


def _read_published(connection: Connection, name: str) -> tuple[tuple[EditionFigure, ...], PublishedEdition]:
    """An edition as the public sees it, and as it truly is."""
    edition = find_edition(connection, name)
    shown = read_edition_figures(connection, name)
    true = read_withheld(connection, name)
    assert edition is not None
    figures = tuple(_with_numbers(one, true[one.key]) if one.key in true else one for one in shown)
    return shown, PublishedEdition(name, edition.plan, figures, frozenset(true))


def _with_numbers(one: EditionFigure, true: EditionFigure) -> EditionFigure:
    return replace(one, value=true.value, numerator=true.numerator, denominator=true.denominator)


def _closed(plans: Plans) -> Iterator[RetiredIndicator]:
    """Indicators of older versions that the newest doesn't have, each by its last definition."""
    seen = set(plans.latest.indicator_by_code)
    for version, following in reversed(list(zip(plans.versions, plans.versions[1:], strict=False))):
        for indicator in version.plan.indicators:
            if indicator.code not in seen:
                seen.add(indicator.code)
                yield RetiredIndicator(indicator, following.number, following.effective)


def _edition(scope: QueryScope, quarter: Quarter, revision: int, today: date, has_sample_data: bool) -> Edition:
    plans = scope.snapshot.plans
    rate = compute_reporting_rate(
        plans, scope.record.received_returns.values(), sites=None, today=scope.today, last=quarter
    )
    counted = find_counted_quarter(scope)
    return Edition(
        id=format_edition_id(quarter, revision),
        quarter=quarter,
        revision=revision,
        as_of=scope.today,
        published_on=today,
        plan=_public_plan(plans.latest),
        plan_version=plans.versions[-1].number,
        has_sample_data=has_sample_data,
        returns_received=rate.received,
        returns_expected=rate.expected,
        counted=counted,
        time_gone=get_time_elapsed(plans, counted),
    )


def _public_plan(plan: Plan) -> Plan:
    """The plan without what only the intake of returns needs."""
    return replace(plan, aliases=(), sites=tuple(replace(site, evidence="") for site in plan.sites))


def _figures(scope: QueryScope, quarter: Quarter, closed: Sequence[RetiredIndicator]) -> Iterator[EditionFigure]:
    """The centre by plan, year and quarter, its parts alike, and each site by plan and year."""
    settings = scope.plan.settings
    years: list[Period] = [PlanToDate(), *(Years(year, year) for year in range(settings.first_year, quarter.year + 1))]
    periods = [*years, *quarters_between(settings.first_quarter, quarter)]
    for indicator in scope.plan.indicators:
        yield from (_total(scope, indicator, period) for period in periods)
        for part in scope.plan.parts_of(indicator.code):
            yield from (_part(scope, indicator, part.key, period) for period in periods)
        for site in scope.plan.reporting_sites(indicator):
            yield from (_total(scope, indicator, period, site.code) for period in years)
    for one in closed:
        yield from (_total(scope, one.indicator, period) for period in years)


def _total(scope: QueryScope, indicator: Indicator, period: Period, site: str = "") -> EditionFigure:
    found = compute_figure(
        scope.snapshot.plans,
        scope.record,
        indicator=indicator.code,
        sites=(site,) if site else None,
        period=period,
        today=scope.today,
    )
    return _frozen(found, FigureKey(indicator.code, "", site, edition_period_key(period)), scope.plan)


def _frozen(found: Figure, key: FigureKey, plan: Plan) -> EditionFigure:
    value = _value(key, found.actual)
    whole = Years(plan.settings.first_year, plan.settings.last_year)
    return replace(
        value,
        target=_number(found.target),
        baseline=_number(found.baseline),
        share=_number(found.headline),
        rule=found.headline_rule,
        rating=found.rating.value,
        over_target=found.over_target,
        counted=str(found.counted_quarter or ""),
        judged="" if found.period in (found.requested_period, whole) else str(found.period),
    )


def _value(key: FigureKey, found: Value) -> EditionFigure:
    amount = found.amount
    return EditionFigure(
        key=key,
        state="value" if isinstance(amount, Decimal) else amount.value,
        value=_number(amount),
        numerator=found.numerator,
        denominator=found.denominator,
        reported=found.reported,
        expected=found.expected,
        carried=len(found.carried),
        not_collected=found.not_collected,
    )


def _number(amount: Decimal | NoValue) -> Decimal | None:
    return amount if isinstance(amount, Decimal) else None


def _part(scope: QueryScope, indicator: Indicator, part: str, period: Period) -> EditionFigure:
    found = compute_part_value(
        scope.snapshot.plans,
        scope.record,
        indicator=indicator.code,
        part=part,
        sites=None,
        period=period,
        today=scope.today,
    )
    return _value(FigureKey(indicator.code, part, "", edition_period_key(period)), found)


def _left_out(snapshot: Snapshot, scope: QueryScope, quarter: Quarter) -> Iterator[ExcludedReturn]:
    """What is owed up to the quarter and not approved: waiting, sent back, a draft, or not there at all."""
    newest = {(one.site, one.quarter): one.state for one in snapshot.returns}
    approved = scope.record.received_returns
    for one in quarters_between(scope.plan.settings.first_quarter, quarter):
        plan = snapshot.plans.plan_in_force(one)
        for site in sites_expected_to_report(plan, one):
            state = newest.get((site.code, one), "missing")
            if (site.code, one) not in approved or state in ("submitted", "sent_back"):
                yield ExcludedReturn(one, site.code, state)


def _with_restatements(
    edition: Edition,
    protected: ProtectedFigures,
    lines: Sequence[EditionSummary],
    shown: Sequence[tuple[EditionFigure, ...]],
) -> Edition:
    """Compared with the edition before it: the one that it replaces, else the newest of an earlier quarter."""
    before = [
        (line, figures)
        for line, figures in zip(lines, shown, strict=True)
        if line.order < (edition.quarter, edition.revision)
    ]
    if not before:
        return edition
    line, figures = before[-1]
    found = tuple(find_restatements(figures, protected.figures, line.quarter))
    return replace(edition, before=line.id, restatements=found)


def find_restatements(
    old: Iterable[EditionFigure], new: Iterable[EditionFigure], last_quarter: Quarter
) -> Iterator[Restatement]:
    """Figures and targets of periods that had ended with the older edition's quarter and are others now."""
    before = {one.key: one for one in old}
    for one in new:
        was = before.get(one.key)
        if was is None or not _had_ended(one.key.period, last_quarter):
            continue
        if was.target == one.target and {was.state, one.state} == {Suppression.SMALL, Suppression.WITHHELD}:
            continue  # Why it is not shown is another reason now: no number moved.
        if (was.state, was.value, was.target) != (one.state, one.value, one.target):
            yield Restatement(one.key, was.state, was.value, one.state, one.value, was.target, one.target)


def _had_ended(period: str, last: Quarter) -> bool:
    found = parse_period(period)
    if isinstance(found, Quarter):
        return found <= last
    return isinstance(found, Years) and Quarter(found.last, 4) <= last
