"""An office that reads a form of field data, with the form's submissions and a count of them by hand."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from etl.database.connection import reading
from etl.database.read.typed_returns import find_typed_draft
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import ReturnState
from etl.queries.data_source import DataSource
from etl.queries.typed_form import find_typed_form
from etl.settings import Settings
from etl.use_cases.returns.pull_field_data import PullResult, pull_field_data
from etl.use_cases.returns.review import approve_return
from etl.use_cases.returns.typed_return import TypedEntries, TypedRow, save_typed_draft, upload_typed_return
from etl.use_cases.returns.upload_return import SubmitOutcome, submit_return
from tests.support.field_servers import FORM, KOBO_TOKEN, ODK_SECRET, PROJECT, FieldServer

SOURCE = """
title = "Trainings"
platform = "{platform}"
server = "{server}"
form = "{form}"
project = {project}
site = "place/site"
date = "place/day"

[sites]
"basin" = "01"

[[numbers]]
key = "P.1"
repeat = "people"

[[numbers]]
key = "P.1/sex/women"
repeat = "people"
where = {{ "people/sex" = "f" }}

[[numbers]]
key = "P.1/sex/men"
repeat = "people"
where = {{ sex = ["m", "man"] }}

[[numbers]]
key = "L.1"
take = "sum"
field = "trees"

[[numbers]]
key = "S.1"
take = "distinct"
field = "store/lot"
where = {{ kind = "store" }}
"""
Q1, Q2 = Quarter(2025, 1), Quarter(2025, 2)
BY_HAND = {
    ("01", Q1): {"P.1": "5", "P.1/sex/women": "3", "P.1/sex/men": "2", "L.1": "32", "S.1": "2"},
    ("01", Q2): {"P.1": "1", "P.1/sex/women": "0", "P.1/sex/men": "1", "L.1": "0", "S.1": "0"},
    ("N-2", Q1): {"P.1": "0", "P.1/sex/women": "0", "P.1/sex/men": "0", "L.1": "4", "S.1": "0"},
}


def make_rows(server: FieldServer) -> None:
    """Fill the form. `BY_HAND` has what a person counts in it."""

    def add(number: int, site: str, day: str, sexes: str = "", is_rejected: bool = False, **fields: object) -> None:
        people = [{"people/sex": sex, "people/age": 30} for sex in sexes]
        values = {"place/site": site, "place/day": day, "kind": fields.pop("kind", "training"), **fields}
        if people:
            values["people"] = people
        server.rows.append(server.make_row(number, values, is_rejected=is_rejected))

    add(1, "basin", "2025-01-01", "ffm")
    add(2, "Basin office", "2025-03-31T23:59:00.000+07:00", "fm", trees="30")
    add(3, "01", "2025-04-01", "m")
    add(4, "N-2", "2025-02-02", trees=4)
    add(5, "01", "2025-02-02", trees=1.5, kind="store", **{"store/lot": "A-1"})
    add(6, "01", "2025-02-03", trees="0.5", kind="store", **{"store/lot": "a-1"})
    add(7, "01", "2025-02-03", kind="store", **{"store/lot": "B-2"})
    add(8, "01", "2025-02-03", "ff", is_rejected=True)
    add(9, "Nowhere", "2025-02-03", "f")
    add(10, "01", "yesterday", "f")
    add(11, "01", "2031-02-03", "f")
    add(12, "01", "2025-02-03", "f", trees="many")


class FieldOffice:
    """An office that reads a form, on a database with the other plan and its people."""

    def __init__(self, engine: Engine, server: FieldServer, folder: Path, now: datetime) -> None:
        self.engine, self.server, self.now = engine, server, now
        self.source, self.waits = DataSource(engine), list[float]()
        text = SOURCE.format(platform=server.platform, server=server.origin, form=FORM, project=PROJECT)
        (folder / "trainings.toml").write_text(text)
        secret = KOBO_TOKEN if server.platform == "kobo" else ODK_SECRET
        self.settings = Settings(field_sources=str(folder), field_tokens={"trainings": secret}, fixed_now=now)

    def pull(self, *, actor: str = "mana") -> PullResult:
        return pull_field_data(
            self.source, self.settings, "trainings", actor=actor, now=self.now, sleep=self.waits.append
        )

    def read_draft(self, site: str = "01", quarter: Quarter = Q1) -> dict[str, TypedRow]:
        with reading(self.engine) as connection:
            draft = find_typed_draft(connection, site=site, quarter=quarter)
        return {row.key: row for row in draft.entries.rows} if draft is not None else {}

    def type(self, key: str, value: str) -> None:
        """Type a value as an officer does on the page of site 01."""
        form = find_typed_form(self.source, "01", Q1)
        assert form is not None
        rows = tuple(TypedRow(row.key, value) if row.key == key else row for row in form.entries.rows)
        base = form.base.id if form.base is not None else None
        entries = TypedEntries(rows, form.entries.basis)
        save_typed_draft(
            self.engine,
            "01",
            Q1,
            entries,
            expected_version=form.draft_version,
            base_return=base,
            actor="offi",
            now=self.now,
        )

    def fill_rest_and_approve(self) -> int:
        """Complete the draft of site 01 as an officer, submit it, and approve it as a manager."""
        form = find_typed_form(self.source, "01", Q1)
        assert form is not None and form.draft is not None
        rows = tuple(row if row.entry else TypedRow(row.key, is_not_collected=True) for row in form.entries.rows)
        base = form.draft.base_return
        draft = save_typed_draft(
            self.engine,
            "01",
            Q1,
            TypedEntries(rows, form.entries.basis),
            expected_version=form.draft_version,
            base_return=base,
            actor="offi",
            now=self.now,
        )
        form = find_typed_form(self.source, "01", Q1)
        assert form is not None
        number = upload_typed_return(self.engine, form, draft, actor="offi", now=self.now).return_id
        assert number is not None
        result = submit_return(self.engine, number, actor="offi", now=self.now)
        codes = result.unconfirmed_codes
        if codes:
            result = submit_return(self.engine, number, actor="offi", now=self.now, confirmed_codes=codes)
        assert result.outcome is SubmitOutcome.SUBMITTED, result
        approve_return(self.engine, number, actor="mana", now=self.now, expected_state=ReturnState.SUBMITTED)
        return number
