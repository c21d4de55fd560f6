"""Field data of KoboToolbox and ODK Central: counts equal a count by hand, and drafts only, which officers send."""

import copy
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from etl.database.authorization import NotAllowedError
from etl.database.connection import reading
from etl.database.read.audit import read_audit_events
from etl.database.read.field_data import read_field_submissions, read_field_values
from etl.database.read.returns import read_cells, read_returns
from etl.database.read.typed_returns import find_typed_draft
from etl.indicators.vocabulary import Role
from etl.remote.field_platforms import WAITS
from etl.settings import Settings
from etl.use_cases.accounts.users import add_user
from etl.use_cases.returns import fill_drafts, pull_field_data
from etl.use_cases.returns.fill_drafts import Filling
from etl.use_cases.returns.locks import set_quarter_locks
from etl.use_cases.returns.pull_field_data import (
    FieldDataError,
    SourceError,
    Usage,
    count_usages,
)
from etl.use_cases.returns.typed_return import (
    discard_typed_draft,
)
from tests.support.command_line import CommandLine
from tests.support.field_office import BY_HAND, Q1, Q2, FieldOffice, make_rows
from tests.support.field_servers import FieldServer, serve_form
from tests.support.local_servers import Answer


@pytest.fixture(params=["kobo", "odk"])
def server(request: pytest.FixtureRequest) -> Iterator[FieldServer]:
    with serve_form(request.param) as form_server:
        make_rows(form_server)
        yield form_server


@pytest.fixture
def office_engine(sqlite_other_plan_run: CommandLine, open_database: Callable[[str], Engine]) -> Engine:
    return open_database(sqlite_other_plan_run.database_url)


@pytest.fixture
def office(office_engine: Engine, server: FieldServer, tmp_path: Path) -> FieldOffice:
    return FieldOffice(office_engine, server, tmp_path, datetime.fromisoformat("2025-07-10T09:00+07:00"))


@pytest.fixture
def kobo_office(
    other_plan_run: CommandLine, open_database: Callable[[str], Engine], tmp_path: Path
) -> Iterator[FieldOffice]:
    """Yield an office with one platform, on both databases."""
    engine = open_database(other_plan_run.database_url)
    with serve_form("kobo") as form_server:
        make_rows(form_server)
        yield FieldOffice(engine, form_server, tmp_path, datetime.fromisoformat("2025-07-10T09:00+07:00"))


def test_the_counts_of_a_form_equal_a_count_by_hand(office: FieldOffice) -> None:
    result = office.pull()
    assert len(office.server.requests) == 4, "every page was read"
    for (site, quarter), numbers in BY_HAND.items():
        draft = office.read_draft(site, quarter)
        assert {key: draft[key].value for key in numbers} == numbers
        assert {row.value for key, row in draft.items() if key not in numbers} == {""}
    assert office.read_draft()["P.1/sex/women"].note == "Trainings: 2 submissions"
    assert count_usages(result.submissions) == {
        Usage.COUNTED: 7,
        Usage.REJECTED: 1,
        Usage.NO_SITE: 1,
        Usage.NO_DATE: 1,
        Usage.OUTSIDE_PLAN: 1,
        Usage.NO_NUMBER: 1,
    }
    assert (result.new_count, result.draft_count, result.unused_count) == (12, 3, 5)
    assert "Nowhere" in result.render_submissions() and "trees: many" in result.render_submissions()


def test_the_submissions_of_each_number_are_known(kobo_office: FieldOffice) -> None:
    office = kobo_office
    office.pull()
    with reading(office.engine) as connection:
        values = read_field_values(connection, source="trainings", site="01", quarter=Q1)
        events = [event for event in read_audit_events(connection) if event.action == "field data read"]
    assert {value.key: value.submissions for value in values} == {
        "P.1": ("1", "2"),
        "P.1/sex/women": ("1", "2"),
        "P.1/sex/men": ("1", "2"),
        "L.1": ("1", "2", "5", "6", "7"),
        "S.1": ("5", "6", "7"),
    }
    assert [(event.actor, event.new) for event in events] == [("mana", "12 submissions, 3 drafts")]


def test_nothing_is_a_return_or_a_figure_before_an_officer_sends_it_and_a_manager_approves(
    kobo_office: FieldOffice,
) -> None:
    office = kobo_office
    before = office.source.read_data_version()
    office.pull()
    with reading(office.engine) as connection:
        assert not read_returns(connection)
    assert office.source.read_data_version() == before
    number = office.fill_rest_and_approve()
    with reading(office.engine) as connection:
        cells = {str(cell.key): cell for cell in read_cells(connection, number)}
    assert (cells["P.1"].value, cells["P.1"].note) == (Decimal(5), "Trainings: 2 submissions")


def test_changed_new_and_deleted_submissions_change_the_draft(office: FieldOffice) -> None:
    office.pull()
    rows = office.server.rows
    rows[1] = office.server.make_row(2, {"place/site": "01", "place/day": "2025-04-02", "trees": 7, "kind": "x"})
    del rows[3]
    rows.append(office.server.make_row(13, {"place/site": "01", "place/day": "2025-03-01", "trees": 2, "kind": "x"}))
    result = office.pull()
    assert (result.new_count, result.changed_count, result.deleted_count) == (1, 1, 1)
    draft = office.read_draft()
    assert {key: draft[key].value for key in BY_HAND["01", Q1]} == {
        "P.1": "3",
        "P.1/sex/women": "2",
        "P.1/sex/men": "1",
        "L.1": "4",
        "S.1": "2",
    }
    assert office.read_draft(quarter=Q2)["L.1"].value == "7"
    assert office.read_draft("N-2")["L.1"].value == "", "no submission of this site is left"
    again = office.pull()
    assert (again.new_count, again.changed_count, again.deleted_count, again.draft_count) == (0, 0, 0, 0)


def test_what_a_person_entered_or_removed_stays_and_is_listed(kobo_office: FieldOffice) -> None:
    office = kobo_office
    office.type("L.1", "33")
    office.pull()
    office.type("S.1", "")
    result = office.pull()
    draft = office.read_draft()
    assert (draft["L.1"].value, draft["S.1"].value, draft["P.1"].value) == ("33", "", "5")
    not_replaced = {
        (item.key, item.entered, item.counted) for item in result.numbers if item.filling is Filling.NOT_REPLACED
    }
    assert not_replaced == {("L.1", "33", "32"), ("S.1", "", "2")} and result.unfilled_count == 2
    discard_typed_draft(office.engine, "01", Q1, actor="offi", now=office.now)
    office.pull()
    assert (office.read_draft()["L.1"].value, office.read_draft()["S.1"].value) == ("32", "2")


def test_an_approved_return_is_corrected_by_a_draft_that_begins_with_it(kobo_office: FieldOffice) -> None:
    office = kobo_office
    office.pull()
    approved = office.fill_rest_and_approve()
    assert office.pull().draft_count == 0
    office.server.rows.append(office.server.make_row(20, {"place/site": "01", "place/day": "2025-03-02", "trees": 8}))
    office.pull()
    with reading(office.engine) as connection:
        draft = find_typed_draft(connection, site="01", quarter=Q1)
        cells = {str(cell.key): cell.value for cell in read_cells(connection, approved)}
    assert draft is not None and draft.base_return == approved
    assert {row.key: row.value for row in draft.entries.rows}["L.1"] == "40" and cells["L.1"] == Decimal(32)


def test_a_locked_quarter_is_left_alone_and_named(kobo_office: FieldOffice) -> None:
    office = kobo_office
    add_user(office.engine, "boss", Role.ADMINISTRATOR, None, now=office.now, actor="test")
    set_quarter_locks(office.engine, [Q1], locked=True, actor="boss", now=office.now, reason="audit")
    result = office.pull()
    assert not office.read_draft() and office.read_draft(quarter=Q2)
    assert {item.filling for item in result.numbers if item.quarter == Q1} == {Filling.LOCKED}


def test_a_busy_server_is_asked_again_after_the_wait_that_it_names(office: FieldOffice) -> None:
    office.server.failures += [Answer(429, {}, {"Retry-After": "17"}), Answer(500, {}), Answer(None), Answer(503, {})]
    assert office.pull().new_count == 12
    assert office.waits == [17.0, *WAITS[1:]]


@pytest.mark.parametrize(
    ("failures", "words"),
    [
        ([Answer(500, {})] * 9, "HTTP 500"),
        ([Answer(401, {})], "FIELD_TOKENS"),
        ([Answer(404, {})], "has no form"),
        ([Answer(400, {})], "HTTP 400"),
        ([Answer(302, {}, {"Location": "/elsewhere"})], "HTTP 302"),
        ([Answer(content=b"<html>")], "not a list of submissions"),
        ([Answer(content={"count": 1, "next": None, "results": [{}], "value": [{}], "@odata.count": 1})], "no ID"),
    ],
)
def test_an_answer_that_is_not_understood_changes_nothing(office: FieldOffice, failures, words: str) -> None:
    office.pull()
    before, rows = office.read_draft(), office.server.rows
    office.server.rows = [
        *rows,
        office.server.make_row(99, {"place/site": "01", "place/day": "2025-03-02", "trees": 8}),
    ]
    office.server.failures += failures
    with pytest.raises(FieldDataError, match=words):
        office.pull()
    office.server.failures.clear()
    assert office.read_draft() == before
    with reading(office.engine) as connection:
        assert len(read_field_submissions(connection, "trainings")) == 12


def test_the_secret_is_sent_to_no_other_server(office: FieldOffice) -> None:
    page = {"count": 9, "next": "https://elsewhere.example/x", "results": []}
    page |= {"@odata.count": 9, "@odata.nextLink": page["next"], "value": []}
    office.server.failures.append(Answer(content=page))
    with pytest.raises(FieldDataError, match="elsewhere.example"):
        office.pull()


def test_a_form_that_changes_while_it_is_read_is_read_again(kobo_office: FieldOffice) -> None:
    office, rows = kobo_office, list(kobo_office.server.rows)

    def delete_first(number: int) -> None:
        # The rest moves up between two pages: the next page lacks the submission that stands on its border.
        if number == 2:
            del office.server.rows[0]

    office.server.before_page = delete_first
    result = office.pull()
    assert {entry.id for entry in result.submissions} == {str(row["_id"]) for row in rows[1:]}


def make_interrupted_writing(real: Callable[..., Any], stop: int) -> Callable[..., Any]:
    """Return a context manager of transactions that interrupts before or after one of them: the step `stop`."""
    steps = iter(range(100))

    def interrupt() -> None:
        if next(steps) == stop:
            raise KeyboardInterrupt

    class Writing:
        def __init__(self, engine: Engine) -> None:
            interrupt()
            self.inner = real(engine)

        def __enter__(self):
            return self.inner.__enter__()

        def __exit__(self, *error: object) -> bool | None:
            if error[0] is None and next(steps) == stop:
                self.inner.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
                raise KeyboardInterrupt
            return self.inner.__exit__(*error)

    return Writing


def test_an_interruption_at_any_write_loses_and_doubles_nothing(
    kobo_office: FieldOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupt before and after each transaction, then pull again: the result is that of one pull."""
    office, real = kobo_office, pull_field_data.writing
    for stop in range(2 * 5):
        interrupted_writing = make_interrupted_writing(real, stop)
        with monkeypatch.context() as patch:
            for module in (pull_field_data, fill_drafts):
                patch.setattr(module, "writing", interrupted_writing)
            with pytest.raises(KeyboardInterrupt):
                office.pull()
        if stop == 5:
            # The form goes on changing between interruptions.
            office.server.rows.append(copy.deepcopy(office.server.rows[3]) | {"_id": 40, "place/site": "east.3"})
    office.pull()
    for (site, quarter), numbers in BY_HAND.items():
        draft = office.read_draft(site, quarter)
        assert {key: draft[key].value for key in numbers} == numbers
    assert office.read_draft("east.3")["L.1"].value == "4"
    assert {item.filling for item in office.pull().numbers} == {Filling.UNCHANGED, Filling.NO_ROW}
    with reading(office.engine) as connection:
        assert len(read_field_submissions(connection, "trainings")) == 13


def test_only_reviewers_read_field_data(kobo_office: FieldOffice) -> None:
    with pytest.raises(NotAllowedError):
        kobo_office.pull(actor="offi")
    assert not kobo_office.server.requests


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('platform = "kobo"', 'platform = "fax"', "fax"),
        ('platform = "kobo"', "", "platform is missing"),
        ("http://127.0.0.1", "http://example.org", "https"),
        ('take = "sum"', 'take = "count"', "belongs to sum"),
        ('key = "L.1"', 'key = "P.1"', "each key once"),
        ('title = "Trainings"', 'colour = "red"', "colour"),
        ("[sites]", "[sites", "trainings.toml"),
    ],
)
def test_an_invalid_source_is_refused_with_its_error(
    office_engine: Engine, tmp_path: Path, now: datetime, old: str, new: str, words: str
) -> None:
    office = FieldOffice(office_engine, FieldServer("kobo", origin="http://127.0.0.1:9"), tmp_path, now)
    path = tmp_path / "trainings.toml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(SourceError, match=words):
        office.pull()


def test_a_source_without_a_secret_or_a_file_is_named(office_engine: Engine, tmp_path: Path, now: datetime) -> None:
    office = FieldOffice(office_engine, FieldServer("kobo", origin="http://127.0.0.1:9"), tmp_path, now)
    office.settings = Settings(field_sources=str(tmp_path))
    with pytest.raises(SourceError, match="no secret for trainings"):
        office.pull()
    (tmp_path / "trainings.toml").unlink()
    with pytest.raises(SourceError, match="no source of field data named trainings"):
        office.pull()
