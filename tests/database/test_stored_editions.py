"""Test that editions are stored completely and cannot change, on both databases."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from etl.database.authorization import COMMAND_LINE, NotAllowedError
from etl.database.connection import open_engine, reading, writing
from etl.database.read.audit import read_audit_events
from etl.database.read.editions import (
    find_edition,
    find_edition_file,
    read_edition_figures,
    read_edition_paths,
    read_edition_summaries,
    read_withheld,
)
from etl.database.read.messages import read_open_notices
from etl.indicators.editions import Suppression
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Role
from etl.queries.data_source import DataSource
from etl.queries.edition_draft import EditionDraft, draft_edition
from etl.queries.editions import list_editions
from etl.use_cases.accounts.users import add_user, set_user_active
from etl.use_cases.reporting import publish
from etl.use_cases.reporting.publish import EditionError, publish_edition, redact_edition
from tests.support.builders import make_return
from tests.support.edition_database import (
    NOW,
    QUARTER,
    make_edition_returns,
    publish_quarter,
    replace_return,
    store_edition_data,
)

TABLES = ("edition", "edition_figure", "edition_file", "edition_withheld")
CHANGES = {
    "edition": "UPDATE edition SET contents = '{}'",
    "edition_figure": "UPDATE edition_figure SET value = NULL",
    "edition_file": "UPDATE edition_file SET etag = 'x'",
    "edition_withheld": "UPDATE edition_withheld SET value = NULL",
}
ADDITIONS = (
    "INSERT INTO edition_file (edition, path, language, media_type, etag, data) "
    "SELECT edition, 'more', language, media_type, etag, data FROM edition_file WHERE path = 'index.html'",
    "INSERT INTO edition_withheld (edition, indicator, part, site, period) SELECT edition, 'X', '', '', '' "
    "FROM edition_figure WHERE period = 'plan' AND site = '' AND part = '' AND indicator = 'A-01'",
)


@pytest.fixture(scope="module")
def published_copy(make_shared_url) -> tuple[Path, EditionDraft]:
    """Return a SQLite database with an edition, which tests copy, and the draft of the edition."""
    url = make_shared_url("sqlite")
    engine = open_engine(url)
    draft = publish_quarter(store_edition_data(engine))
    # Closing the last connection writes the log into the file.
    engine.dispose()
    return Path(url.removeprefix("sqlite:///")), draft


@pytest.fixture
def published(engine: Engine, published_copy: tuple[Path, EditionDraft]):
    if engine.dialect.name == "sqlite":
        path, draft = published_copy
        shutil.copyfile(path, engine.url.database)
        return DataSource(engine), draft
    source = store_edition_data(engine)
    return source, publish_quarter(source)


def test_edition_is_read_as_it_was_published(published, engine):
    _, draft = published
    with reading(engine) as connection:
        assert find_edition(connection, "2023-Q2") == draft.edition
        assert read_edition_figures(connection, "2023-Q2") == tuple(
            sorted(draft.figures, key=lambda figure: figure.key)
        )
        true = read_withheld(connection, "2023-Q2")
        assert {figure.key: (figure.value, figure.numerator) for figure in draft.withheld_figures} == {
            key: (figure.value, figure.numerator) for key, figure in true.items()
        }
        assert draft.withheld_figures and [line.id for line in read_edition_summaries(connection)] == ["2023-Q2"]
        for path in read_edition_paths(connection, "2023-Q2"):
            assert find_edition_file(connection, "2023-Q2", path).data
    with reading(engine) as connection:
        (event,) = read_audit_events(connection, subject="edition 2023-Q2")
    assert (event.actor, event.action) == (COMMAND_LINE, "edition published")


def test_published_edition_cannot_be_changed(published, engine):
    for statement in (*CHANGES.values(), *(f"DELETE FROM {table}" for table in TABLES), *ADDITIONS):
        with pytest.raises(DBAPIError, match="does not change"), writing(engine) as connection:
            connection.execute(text(statement))


@pytest.mark.postgres
def test_edition_tables_cannot_be_truncated(postgres_url):
    engine = open_engine(postgres_url)
    publish_quarter(store_edition_data(engine))
    for table in TABLES[1:]:
        with pytest.raises(DBAPIError, match="does not change"), writing(engine) as connection:
            connection.execute(text(f"TRUNCATE {table}"))
    engine.dispose()


def test_replacement_needs_a_reason_and_lists_its_restatements(published, engine):
    source, first = published
    changed = next(
        site_return
        for site_return in make_edition_returns()
        if site_return.site == "one" and site_return.quarter == Quarter(2022, 4)
    )
    cells = {str(observation.key): observation.value for observation in changed.observations} | {"B-02": 77}
    replace_return(engine, make_return("one", "2022Q4", cells, first_submitted=changed.first_submitted))
    with pytest.raises(EditionError, match="reason"):
        publish_quarter(source)
    second = publish_quarter(source, reason="A typing mistake in the return of site one.")
    assert (second.edition.id, second.edition.replaces, second.edition.before) == ("2023-Q2-r2", "2023-Q2", "2023-Q2")
    with reading(engine) as connection:
        notices = [notice.details["edition"] for notice in read_open_notices(connection) if "edition" in notice.details]
    assert notices == ["2023-Q2", "2023-Q2-r2"]
    restated = {(figure.key.indicator, figure.key.site, figure.key.period) for figure in second.edition.restatements}
    years = {("B-02", "", "2022"), ("B-02", "one", "2022")}
    assert restated == {("B-02", "", "2022Q4"), *years, ("B-02", "", "plan"), ("B-02", "one", "plan")}
    with reading(engine) as connection:
        assert read_edition_figures(connection, "2023-Q2") == tuple(
            sorted(first.figures, key=lambda figure: figure.key)
        )


def test_redaction_removes_figures_and_states_the_reason(published, engine):
    redact_edition(
        engine, "2023-Q2", "A-01", kind="indicator", actor=COMMAND_LINE, now=NOW, reason="A farmer asked for it."
    )
    with reading(engine) as connection:
        figures = read_edition_figures(connection, "2023-Q2")
        page = find_edition_file(connection, "2023-Q2", "index.html").data.decode()
        (line,) = read_edition_summaries(connection)
        events = read_audit_events(connection, subject="edition 2023-Q2")
    gone = [figure for figure in figures if figure.key.indicator in ("A-01", "A-02")]
    assert gone and all(figure.state == Suppression.REDACTED or figure.value is None for figure in gone)
    assert "A farmer asked for it." in page and line.changes == 1
    assert {event.action for event in events} == {"edition published", "taken out of edition"}
    with pytest.raises(DBAPIError, match="does not change"), writing(engine) as connection:
        connection.execute(text("UPDATE edition_file SET etag = 'x'"))


def test_a_redaction_does_not_undo_another_that_was_stored_meanwhile(published, engine, monkeypatch):
    def redact(indicator: str, kind: str) -> None:
        redact_edition(engine, "2023-Q2", indicator, kind=kind, actor=COMMAND_LINE, now=NOW, reason="It was asked for.")

    render = publish.render_edition

    def render_while_another_redacts(contents, **options):
        monkeypatch.setattr(publish, "render_edition", render)
        redact("B-02", "indicator")
        return render(contents, **options)

    monkeypatch.setattr(publish, "render_edition", render_while_another_redacts)
    with pytest.raises(EditionError, match="Another redaction"):
        redact("A-01", "remark")
    redact("A-01", "remark")
    with reading(engine) as connection:
        figures = read_edition_figures(connection, "2023-Q2")
        page = find_edition_file(connection, "2023-Q2", "indicators/A-01.html").data.decode()
    assert {figure.state for figure in figures if figure.key.indicator == "B-02"} == {Suppression.REDACTED}
    assert "Rain came late" not in page


def test_redacting_a_remark_keeps_all_figures(published, engine):
    _, draft = published
    redact_edition(engine, "2023-Q2", "A-01", kind="remark", actor=COMMAND_LINE, now=NOW, reason="It named a person.")
    with reading(engine) as connection:
        assert read_edition_figures(connection, "2023-Q2") == tuple(
            sorted(draft.figures, key=lambda figure: figure.key)
        )
        page = find_edition_file(connection, "2023-Q2", "indicators/A-01.html").data.decode()
    assert "Rain came late" not in page and "It named a person." in page


def test_redaction_refuses_invalid_arguments(published, engine):
    defaults = {
        "name": "2023-Q2",
        "what": "A-01",
        "kind": "remark",
        "actor": COMMAND_LINE,
        "now": NOW,
        "reason": "because",
    }
    for wrong, message in (
        ({"name": "2023-Q1"}, "no edition"),
        ({"reason": "  "}, "Enter the reason"),
        ({"what": "Z-99"}, "no such data"),
    ):
        arguments = {**defaults, **wrong}
        with pytest.raises(EditionError, match=message):
            redact_edition(engine, arguments.pop("name"), arguments.pop("what"), **arguments)


def test_unfinished_quarters_and_quarters_outside_the_plan_are_refused(published):
    source, _ = published
    for quarter, message in ((Quarter(2023, 3), "has not ended"), (Quarter(2021, 4), "outside the plan")):
        with pytest.raises(EditionError, match=message):
            draft_edition(source, quarter, today=NOW.date())


def test_edition_of_an_earlier_quarter_ignores_later_returns(published):
    source, _ = published
    early = draft_edition(source, Quarter(2022, 4), today=NOW.date())
    assert not [figure for figure in early.figures if figure.key.period.startswith("2023")]
    assert early.edition.as_of.isoformat() == "2023-03-31" and early.edition.returns_expected == 8
    later = {figure.key: figure for figure in draft_edition(source, QUARTER, today=NOW.date(), reason="x").figures}
    plan_to_date = next(
        figure for figure in early.figures if figure.key.indicator == "B-02" and figure.key.period == "plan"
    )
    assert plan_to_date.value < later[plan_to_date.key].value
    assert replace(plan_to_date, value=None) != plan_to_date


def test_publishing_in_the_name_of_no_active_administrator_is_refused(engine):
    """`sokha` has an account that was deactivated; `unknown` and the blank name have none."""
    source = store_edition_data(engine)
    for name in ("sokha", "other"):
        add_user(engine, name, Role.ADMINISTRATOR, "long enough to pass", now=NOW, actor="test")
    set_user_active(engine, "sokha", False, actor="test", now=NOW)
    for actor in ("unknown", "", "sokha"):
        with pytest.raises(NotAllowedError, match="no active account"):
            publish_edition(source, QUARTER, actor=actor, now=NOW)
    add_user(engine, "mana", Role.MANAGER, "long enough to pass", now=NOW, actor="test")
    with pytest.raises(NotAllowedError, match="only administrators"):
        publish_edition(source, QUARTER, actor="mana", now=NOW)
    assert list_editions(source) == ()
    publish_edition(source, QUARTER, actor="other", now=NOW)
    with pytest.raises(NotAllowedError, match="no active account"):
        redact_edition(engine, "2023-Q2", "A-01", actor="unknown", kind="indicator", now=NOW, reason="because")
