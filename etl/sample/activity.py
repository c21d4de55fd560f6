"""Add to the sample what people do with returns: remarks, a return sent back, a correction, and published editions."""

import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from etl.database.connection import reading, writing
from etl.database.read.plans import find_latest_plan_version
from etl.database.read.returns import read_returns
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.indicators.periods import Calendar, Quarter
from etl.indicators.vocabulary import ReturnState
from etl.publisher import Publisher
from etl.queries.data_source import DataSource
from etl.queries.plan_overview import get_plan_overview
from etl.queries.scope import QueryScope
from etl.sample.build import ACTIVITY_ADDED, ADMINISTRATOR, MANAGER, SampleEntry, import_filled_form
from etl.sample.filled_forms import fill_form
from etl.sample.invented_returns import STORY, InventedReturn, correct_return, invent_returns, make_morning
from etl.use_cases.reporting.publish import NO_PUBLISHER, publish_edition
from etl.use_cases.reporting.remarks import RemarkInput, write_remark
from etl.use_cases.returns.import_many import collect_garbage_rarely
from etl.use_cases.returns.review import send_back_return


@dataclass(frozen=True)
class Activity:
    """The quarters whose editions were published, and the entries of the return that was corrected in between."""

    published_quarters: tuple[Quarter, ...]
    entries: tuple[SampleEntry, ...]


@collect_garbage_rarely()
def add_activity(source: DataSource, *, today: date, publisher: Publisher = NO_PUBLISHER) -> Activity:
    """Publish the last two quarters that have ended, with remarks and a correction in between; send a return back.

    The database must hold a sample from `build_sample`. A plan with one ended quarter gets one edition, without a
    correction; with none it gets nothing.
    """
    snapshot = source.get_snapshot()
    plan = snapshot.plans.latest
    with STORY.open("rb") as file:
        texts: dict[str, Any] = tomllib.load(file)["activity"]
    returns = invent_returns(plan, today)
    quarters = sorted({item.quarter for item in returns})[-2:]
    entries: list[SampleEntry] = []
    for quarter in quarters:
        moment = _find_moment(plan.settings.calendar, quarter, today)
        if quarter == quarters[-1]:
            _write_remarks(source, texts["remarks"], quarter, moment)
            _send_back_last(source, quarter, moment, texts["sent_back"])
        publish_edition(source, quarter, actor=ADMINISTRATOR, now=moment, publisher=publisher)
        if quarter != quarters[-1]:
            entries += _import_correction(source, returns, quarter, moment + timedelta(days=5))
    with writing(source.engine) as connection:
        event = AuditEvent(at=_find_morning(today), actor=ADMINISTRATOR, action=ACTIVITY_ADDED, subject="sample")
        write_audit_event(connection, event)
    return Activity(tuple(quarters), tuple(entries))


def _find_moment(calendar: Calendar, quarter: Quarter, today: date) -> datetime:
    """Return the time of the quarter's review: 50 days after its end, or yesterday if that is earlier."""
    return make_morning(min(calendar.get_end_date(quarter) + timedelta(days=50), today - timedelta(days=1)))


def _find_morning(today: date) -> datetime:
    return make_morning(today - timedelta(days=1))


def _write_remarks(source: DataSource, texts: list[dict[str, Any]], quarter: Quarter, moment: datetime) -> None:
    """Write a remark on each of the indicators that are furthest behind, as many as there are texts."""
    overview = get_plan_overview(QueryScope(source.get_snapshot(), moment.date()))
    for figure, text in zip(overview.attention, texts, strict=False):
        remark = RemarkInput(
            indicator=figure.indicator,
            quarter=quarter,
            reason=text["reason"],
            agreed_action=text["agreed_action"],
            responsible=text["responsible"],
            due=(moment.date() + timedelta(days=text["due_in_days"])).isoformat(),
            is_done=text.get("is_done", False),
            is_public=text.get("is_public", False),
        )
        # An action that is overdue at the review was agreed on the day on which it was due.
        written_at = moment + timedelta(days=min(text["due_in_days"], 0))
        write_remark(source.engine, remark, actor=MANAGER, now=written_at)


def _send_back_last(source: DataSource, quarter: Quarter, moment: datetime, comment: str) -> None:
    """Send the last of several returns of the quarter that wait for approval back to its site."""
    with reading(source.engine) as connection:
        waiting = read_returns(connection, quarters=[quarter], states=[ReturnState.SUBMITTED])
    if len(waiting) > 1:
        send_back_return(
            source.engine,
            waiting[-1].id,
            actor=MANAGER,
            now=moment,
            expected_state=ReturnState.SUBMITTED,
            comment=comment,
        )


def _import_correction(
    source: DataSource, returns: tuple[InventedReturn, ...], quarter: Quarter, moment: datetime
) -> list[SampleEntry]:
    """Import a corrected return of the first site that reported for the quarter, and approve it."""
    first = next((item for item in returns if item.quarter == quarter and item.approved_at is not None), None)
    if first is None:
        return []
    corrected = replace(correct_return(first), submitted_at=moment, approved_at=moment + timedelta(hours=2))
    with reading(source.engine) as connection:
        version = find_latest_plan_version(connection) or 1
    plan = source.get_snapshot().plans.latest
    return list(import_filled_form(source.engine, corrected, fill_form(plan, version, corrected)))
