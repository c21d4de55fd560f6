"""Sending and deciding as a test says it: one office on one database, with its people and the other plan."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from etl.database.connection import reading
from etl.database.read.returns import find_return, read_events, read_returns
from etl.database.records import StoredReturn
from etl.indicators.vocabulary import ReturnState
from etl.use_cases.returns.review import approve_return
from etl.use_cases.returns.upload_return import Submission, Submitted, Uploaded, submit_return, upload_return
from tests.journeys.other_returns import filled_form, other_plan

PLAN = other_plan()
Change = Mapping[str, object] | None


@dataclass
class Sending:
    """`offi` sends for all sites, `only01` for site 01, `mana` decides."""

    engine: Engine
    now: datetime

    def upload(
        self,
        change: Change = None,
        *,
        who: str = "offi",
        site: str = "01",
        quarter: str = "2025Q1",
    ) -> Uploaded:
        data = filled_form(PLAN, site, quarter, change=change)
        return upload_return(self.engine, f"{site}-{quarter}.xlsx", data, who=who, now=self.now)

    def submit(self, number: int, *, who: str = "offi", confirmed: Collection[str] = ()) -> Submitted:
        return submit_return(self.engine, number, who=who, now=self.now, confirmed=confirmed)

    def submitted(self, change: Change = None, *, who: str = "offi", quarter: str = "2025Q1") -> int:
        """The number of a return that was uploaded, its warnings confirmed, and submitted."""
        number = self.upload(change, who=who, quarter=quarter).number
        assert number is not None
        done = self.submit(number, who=who)
        if done.outcome is Submission.UNCONFIRMED:
            done = self.submit(number, who=who, confirmed=done.unconfirmed)
        assert done.outcome is Submission.SUBMITTED, done
        return number

    def approved(self, change: Change = None, *, quarter: str = "2025Q1") -> int:
        number = self.submitted(change, quarter=quarter)
        approve_return(self.engine, number, who="mana", now=self.now, seen=ReturnState.SUBMITTED)
        return number

    def stored(self, number: int | None) -> StoredReturn:
        assert number is not None
        with reading(self.engine) as connection:
            found = find_return(connection, number)
        assert found is not None
        return found

    def state(self, number: int | None) -> ReturnState:
        return self.stored(number).state

    def states(self) -> list[ReturnState]:
        """Of every return, oldest first."""
        with reading(self.engine) as connection:
            return [one.state for one in sorted(read_returns(connection), key=lambda one: one.id)]

    def steps(self, number: int) -> list[tuple[str, str, str]]:
        """Who brought a return into which state with which comment."""
        with reading(self.engine) as connection:
            return [(one.who, one.new_state.value, one.comment) for one in read_events(connection, number)]
