"""Upload, submission and review of returns in tests, on a database with the other plan."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from etl.database.connection import reading
from etl.database.read.returns import find_return, read_events, read_returns
from etl.database.records import StoredReturn
from etl.indicators.vocabulary import ReturnState
from etl.use_cases.returns.review import approve_return
from etl.use_cases.returns.upload_return import (
    ReturnUploadResult,
    SubmitOutcome,
    SubmitResult,
    submit_return,
    upload_return,
)
from tests.journeys.other_returns import make_filled_form, read_other_plan

PLAN = read_other_plan()
EntryChanges = Mapping[str, object] | None


@dataclass
class ReturnWorkflow:
    """`offi` submits for all sites, `only01` for site 01, and `mana` reviews."""

    engine: Engine
    now: datetime

    def upload(
        self,
        changes: EntryChanges = None,
        *,
        actor: str = "offi",
        site: str = "01",
        quarter: str = "2025Q1",
    ) -> ReturnUploadResult:
        data = make_filled_form(PLAN, site, quarter, changes=changes)
        return upload_return(self.engine, f"{site}-{quarter}.xlsx", data, actor=actor, now=self.now)

    def submit(self, return_id: int, *, actor: str = "offi", confirmed_codes: Collection[str] = ()) -> SubmitResult:
        return submit_return(self.engine, return_id, actor=actor, now=self.now, confirmed_codes=confirmed_codes)

    def upload_and_submit(
        self, changes: EntryChanges = None, *, actor: str = "offi", site: str = "01", quarter: str = "2025Q1"
    ) -> int:
        """Upload a return, confirm its warnings, submit it, and return its ID."""
        number = self.upload(changes, actor=actor, site=site, quarter=quarter).return_id
        assert number is not None
        done = self.submit(number, actor=actor)
        if done.outcome is SubmitOutcome.UNCONFIRMED:
            done = self.submit(number, actor=actor, confirmed_codes=done.unconfirmed_codes)
        assert done.outcome is SubmitOutcome.SUBMITTED, done
        return number

    def upload_and_approve(self, changes: EntryChanges = None, *, site: str = "01", quarter: str = "2025Q1") -> int:
        number = self.upload_and_submit(changes, site=site, quarter=quarter)
        approve_return(self.engine, number, actor="mana", now=self.now, expected_state=ReturnState.SUBMITTED)
        return number

    def get_return(self, return_id: int | None) -> StoredReturn:
        assert return_id is not None
        with reading(self.engine) as connection:
            stored_return = find_return(connection, return_id)
        assert stored_return is not None
        return stored_return

    def get_state(self, return_id: int | None) -> ReturnState:
        return self.get_return(return_id).state

    def list_states(self) -> list[ReturnState]:
        """Return the state of every return, oldest first."""
        with reading(self.engine) as connection:
            return [return_.state for return_ in sorted(read_returns(connection), key=lambda return_: return_.id)]

    def list_events(self, return_id: int) -> list[tuple[str, str, str]]:
        """Return the user, new state and comment of each event of a return."""
        with reading(self.engine) as connection:
            return [(event.actor, event.new_state.value, event.comment) for event in read_events(connection, return_id)]
