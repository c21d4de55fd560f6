"""What an edition of a quarter would hold: every approved figure up to it, what is left out, what it restates."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from etl.database.connection import Connection, reading
from etl.database.edition_records import EditionLine
from etl.database.read.counting import read_site_returns
from etl.database.read.editions import find_edition, read_edition_figures, read_edition_lines, read_withheld
from etl.database.read.remarks import read_remarks
from etl.errors import SaidError
from etl.indicators.editions import (
    ClosedIndicator,
    Edition,
    EditionFigure,
    FigureKey,
    Held,
    PublicRemark,
    Restatement,
    edition_id,
    period_of,
    period_text,
)
from etl.indicators.figures import figure, part_value
from etl.indicators.periods import Period, PlanToDate, Quarter, Years, quarters_between
from etl.indicators.plans import Plan, Plans
from etl.indicators.record import record_of
from etl.indicators.reporting import owing_sites, reporting_rate
from etl.indicators.results import Figure, NoValue, Value
from etl.indicators.small_counts import Protected, Published, protect
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import to_say
from etl.queries.asking import Asking
from etl.queries.plan_overview import last_counted, time_gone
from etl.queries.snapshot import Snapshot
from etl.queries.source import Source


class EditionError(SaidError):
    """An edition of this quarter can't be made now."""


_NOTHING = to_say("Nothing up to {quarter} is approved yet, so there is nothing to publish.")
_OUTSIDE = to_say("{quarter} lies outside the plan, {first} to {last}.")
_NOT_ENDED = to_say("{quarter} has not ended; it can be published after {day}.")


@dataclass(frozen=True, order=True)
class LeftOut:
    """A return that the edition does not rest on, and why: its state, `missing` where there is none."""

    quarter: Quarter
    site: str
    state: str


@dataclass(frozen=True)
class Draft:
    """An edition as it would be published now. `figures` are the public's, `held` the withheld ones, true."""

    edition: Edition
    figures: tuple[EditionFigure, ...]
    held: tuple[EditionFigure, ...]
    unprotected: tuple[FigureKey, ...]
    """Small counts that an earlier edition gives away whatever is withheld now."""
    left_out: tuple[LeftOut, ...]
    data_version: int
    lines: tuple[EditionLine, ...]
    """The editions there were."""


def draft_edition(source: Source, quarter: Quarter, *, today: date, reason: str = "") -> Draft:
    """The next edition of the quarter: its first, or the revision that would replace it.

    EditionError where the quarter has not ended, lies outside the plan, or nothing of it or before is approved.
    """
    snapshot = source.get_snapshot()
    _check_quarter(snapshot, quarter, today)
    as_of = _as_of(snapshot.plans, quarter, today)
    with reading(source.engine) as connection:
        lines = read_edition_lines(connection)
        earlier = tuple(_read_published(connection, line.id) for line in lines)
        asking = _asking(connection, snapshot, quarter, as_of)
        remarks = tuple(
            PublicRemark(one.indicator, one.quarter, one.why, one.agreed, one.responsible, one.due, one.is_done)
            for one in read_remarks(connection, public_only=True)
            if one.quarter <= quarter
        )
    if not asking.record.received:
        raise EditionError(_NOTHING, quarter=quarter)
    closed = tuple(_closed(snapshot.plans))
    protected = protect(asking.plan, tuple(_figures(asking, quarter, closed)), [known for _, known in earlier])
    revision = max((one.revision for one in lines if one.quarter == quarter), default=0) + 1
    edition = _edition(asking, quarter, revision, today, snapshot.has_sample_data)
    edition = replace(
        edition,
        closed=closed,
        remarks=remarks,
        reason=reason,
        replaces=edition_id(quarter, revision - 1) if revision > 1 else "",
    )
    return Draft(
        edition=_with_restatements(edition, protected, lines, [shown for shown, _ in earlier]),
        figures=protected.figures,
        held=protected.held,
        unprotected=protected.unprotected,
        left_out=tuple(sorted(_left_out(snapshot, asking, quarter))),
        data_version=snapshot.data_version,
        lines=lines,
    )


def _check_quarter(snapshot: Snapshot, quarter: Quarter, today: date) -> None:
    settings = snapshot.plans.latest.settings
    if not settings.first_quarter <= quarter <= settings.last_quarter:
        raise EditionError(_OUTSIDE, quarter=quarter, first=settings.first_year, last=settings.last_year)
    if not settings.calendar.has_ended(quarter, today):
        raise EditionError(_NOT_ENDED, quarter=quarter, day=settings.calendar.end(quarter))


def _as_of(plans: Plans, quarter: Quarter, today: date) -> date:
    """Today, or the last day of the following quarter where that has passed: an edition knows nothing later."""
    return min(today, plans.in_force(quarter).settings.calendar.end(quarter.plus(1)))


def _asking(connection: Connection, snapshot: Snapshot, quarter: Quarter, as_of: date) -> Asking:
    """The approved returns up to the quarter, as if nothing had come later."""
    approved = snapshot.approved
    if any(received > quarter for _, received in approved.received):
        sites = {site.code for version in snapshot.plans.versions for site in version.plan.sites}
        returns = [
            one for site in sorted(sites) for one in read_site_returns(connection, site, basis="approved", last=quarter)
        ]
        approved = record_of(snapshot.plans, returns)
    cut = Snapshot(
        data_version=snapshot.data_version,
        plans=snapshot.plans,
        approved=approved,
        submitted=approved,
        returns_of=snapshot.returns_of,
        has_sample_data=snapshot.has_sample_data,
    )
    return Asking(snapshot=cut, today=as_of, include_unapproved=False)


def _read_published(connection: Connection, name: str) -> tuple[tuple[EditionFigure, ...], Published]:
    """An edition as the public sees it, and as it truly is."""
    edition = find_edition(connection, name)
    shown = read_edition_figures(connection, name)
    true = read_withheld(connection, name)
    assert edition is not None
    figures = tuple(_with_numbers(one, true[one.key]) if one.key in true else one for one in shown)
    return shown, Published(name, edition.plan, figures, frozenset(true))


def _with_numbers(one: EditionFigure, true: EditionFigure) -> EditionFigure:
    return replace(one, value=true.value, numerator=true.numerator, denominator=true.denominator)


def _closed(plans: Plans) -> Iterator[ClosedIndicator]:
    """Indicators of older versions that the newest doesn't have, each by its last definition."""
    seen = set(plans.latest.indicator_by_code)
    for version, following in reversed(list(zip(plans.versions, plans.versions[1:], strict=False))):
        for indicator in version.plan.indicators:
            if indicator.code not in seen:
                seen.add(indicator.code)
                yield ClosedIndicator(indicator, following.number, following.effective)


def _edition(asking: Asking, quarter: Quarter, revision: int, today: date, has_sample_data: bool) -> Edition:
    plans = asking.snapshot.plans
    rate = reporting_rate(plans, asking.record.received.values(), sites=None, today=asking.today, last=quarter)
    counted = last_counted(asking)
    return Edition(
        id=edition_id(quarter, revision),
        quarter=quarter,
        revision=revision,
        as_of=asking.today,
        published_on=today,
        plan=_public_plan(plans.latest),
        plan_version=plans.versions[-1].number,
        has_sample_data=has_sample_data,
        returns_received=rate.received,
        returns_expected=rate.expected,
        counted=counted,
        time_gone=time_gone(plans, counted),
    )


def _public_plan(plan: Plan) -> Plan:
    """The plan without what only the intake of returns needs."""
    return replace(plan, aliases=(), sites=tuple(replace(site, evidence="") for site in plan.sites))


def _figures(asking: Asking, quarter: Quarter, closed: Sequence[ClosedIndicator]) -> Iterator[EditionFigure]:
    """The centre by plan, year and quarter, its parts alike, and each site by plan and year."""
    settings = asking.plan.settings
    years: list[Period] = [PlanToDate(), *(Years(year, year) for year in range(settings.first_year, quarter.year + 1))]
    periods = [*years, *quarters_between(settings.first_quarter, quarter)]
    for indicator in asking.plan.indicators:
        yield from (_total(asking, indicator, period) for period in periods)
        for part in asking.plan.parts_of(indicator.code):
            yield from (_part(asking, indicator, part.key, period) for period in periods)
        for site in asking.plan.reporting_sites(indicator):
            yield from (_total(asking, indicator, period, site.code) for period in years)
    for one in closed:
        yield from (_total(asking, one.indicator, period) for period in years)


def _total(asking: Asking, indicator: Indicator, period: Period, site: str = "") -> EditionFigure:
    found = figure(
        asking.snapshot.plans,
        asking.record,
        indicator=indicator.code,
        sites=(site,) if site else None,
        period=period,
        today=asking.today,
    )
    return _frozen(found, FigureKey(indicator.code, "", site, period_text(period)), asking.plan)


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
        judged="" if found.period in (found.asked, whole) else str(found.period),
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


def _part(asking: Asking, indicator: Indicator, part: str, period: Period) -> EditionFigure:
    found = part_value(
        asking.snapshot.plans,
        asking.record,
        indicator=indicator.code,
        part=part,
        sites=None,
        period=period,
        today=asking.today,
    )
    return _value(FigureKey(indicator.code, part, "", period_text(period)), found)


def _left_out(snapshot: Snapshot, asking: Asking, quarter: Quarter) -> Iterator[LeftOut]:
    """What is owed up to the quarter and not approved: waiting, sent back, a draft, or not there at all."""
    newest = {(one.site, one.quarter): one.state for one in snapshot.returns}
    approved = asking.record.received
    for one in quarters_between(asking.plan.settings.first_quarter, quarter):
        plan = snapshot.plans.in_force(one)
        for site in owing_sites(plan, one):
            state = newest.get((site.code, one), "missing")
            if (site.code, one) not in approved or state in ("submitted", "sent_back"):
                yield LeftOut(one, site.code, state)


def _with_restatements(
    edition: Edition,
    protected: Protected,
    lines: Sequence[EditionLine],
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
    found = tuple(restatements(figures, protected.figures, line.quarter))
    return replace(edition, before=line.id, restatements=found)


def restatements(old: Iterable[EditionFigure], new: Iterable[EditionFigure], last: Quarter) -> Iterator[Restatement]:
    """Figures and targets of periods that had ended with the older edition's quarter and are others now."""
    before = {one.key: one for one in old}
    for one in new:
        was = before.get(one.key)
        if was is None or not _had_ended(one.key.period, last):
            continue
        if was.target == one.target and {was.state, one.state} == {Held.SMALL, Held.WITHHELD}:
            continue  # Why it is not shown is another reason now: no number moved.
        if (was.state, was.value, was.target) != (one.state, one.value, one.target):
            yield Restatement(one.key, was.state, was.value, one.state, one.value, was.target, one.target)


def _had_ended(period: str, last: Quarter) -> bool:
    found = period_of(period)
    if isinstance(found, Quarter):
        return found <= last
    return isinstance(found, Years) and Quarter(found.last, 4) <= last
