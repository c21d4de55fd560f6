"""A database of the release before baselines as stated and means over sites, migrated by today's commands.

Its rows, files, events and editions are as they were. Its figures are as that release computed them, except where a
rule of docs/arithmetic.md changed since: `CHANGES_OF_THE_CENTRE` and `CHANGES_OF_SITES` list every difference.
"""

import csv
import hashlib
import io
import json
import lzma
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData

from dashboard.app import create_app
from etl.database.connection import reading
from etl.queries.data_source import DataSource
from etl.settings import Settings
from tests.support.command_line import CommandLine, FigureRow
from tests.support.packed_database import Row, unpack_database, unpack_rows

FOLDER = Path(__file__).parents[1] / "cases" / "older_database"
YEARS = range(2022, 2027)
NEW_FIELDS = {"baseline_for_period", "target_revised"}
"""Fields of a figure that the older release did not print."""

COMPUTED_TABLES = {"alembic_version", "counter", "rollup", "centre_row"}
"""Tables whose rows follow from the others. `verify` compares them with a recomputation."""

AMOUNT = "an amount"
ANNUAL_FLOWS = (
    "SO1-02", "SO1-03", "SO1-04", "SO1-05", "SO2-04", "SO2-05", "SO2-06", "SO3-01", "SO3-03", "SO3-04", "SO3-05",
    "SO4-02",
)  # fmt: skip
FLOWS_WITHOUT_TARGETS_OF_SITES = ("SO1-02", "SO2-05", "SO2-06", "SO3-03", "SO3-04", "SO3-05")
Change = tuple[str, str, str, str]
"""The rule, the field of a figure, and what it was and is: a word, or `AMOUNT` for any number."""

CHANGES_OF_THE_CENTRE: dict[Change, dict[str, int]] = {
    # The baseline of an annual flow was shown multiplied by the years of the period.
    ("E2", "baseline", AMOUNT, AMOUNT): dict.fromkeys(ANNUAL_FLOWS, 1),
    # A milestone indicator "did not apply" at times that don't ask for it.
    ("C7", "actual.amount", "not_applicable", "not_due"): {"SO1-06": 21},
    ("C7", "judged", "not_applicable", "not_due"): {"SO1-06": 21},
    ("E6 a", "rating", "no_data", "not_due"): {"SO1-06": 21},
    # There was "no target" beside a target.
    ("D5", "expected", "no_target", "not_due"): {"SO1-06": 1},
    ("D5", "pace", "no_target", "not_due"): {"SO1-06": 1},
    # The target of 2022 is below the baseline: the whole of that change would not meet it.
    ("E3", "progress", AMOUNT, "not_defined"): {"SO1-03": 1},
    # The tolerance was a share of the level, so values below the baseline were on track.
    ("E6 g, h", "rating", "on_track", "at_risk"): {"SO2-03": 1, "SO4-03": 1},
    ("E6 g, h", "rating", "on_track", "off_track"): {"SO1-06": 3},
}
CHANGES_OF_SITES: dict[Change, dict[str, int]] = {
    ("E2", "baseline", AMOUNT, AMOUNT): dict.fromkeys(("SO1-03", "SO1-04", "SO1-05", "SO2-04", "SO4-02"), 1),
    ("C7", "actual.amount", "not_applicable", "not_due"): {"SO1-06": 63},
    ("C7", "judged", "not_applicable", "not_due"): {"SO1-06": 63},
    ("E6 a", "rating", "no_data", "no_target"): {"SO1-06": 63},
    # Years without a target are not rated, which was called "not applicable".
    ("E1", "counted.amount", "not_applicable", "no_target"): dict(
        zip(FLOWS_WITHOUT_TARGETS_OF_SITES, (125, 50, 75, 100, 50, 75), strict=True)
    ),
    ("E1", "judged", "not_applicable", "no_target"): dict(
        zip(FLOWS_WITHOUT_TARGETS_OF_SITES, (130, 52, 78, 104, 52, 78), strict=True)
    ),
    ("E3", "progress", AMOUNT, "not_defined"): {"SO1-03": 1},
    ("E6 g, h", "rating", "on_track", "at_risk"): {"SO2-03": 1, "SO4-03": 1},
}
RULES = {change[1:]: change[0] for change in (*CHANGES_OF_THE_CENTRE, *CHANGES_OF_SITES)}
REVISED = "SO3-01"
"""The indicator with fewer courses in the second version of the plan."""


@pytest.fixture(scope="module")
def tables() -> dict[str, list[Row]]:
    return unpack_rows(FOLDER / "database.tar.xz")


def test_an_older_database_keeps_rows_files_events_editions_and_figures(
    tables: dict[str, list[Row]],
    empty_database_url: str,
    open_database: Callable[[str], Engine],
    tmp_path: Path,
    pg_programs: None,
    is_soak: bool,
) -> None:
    engine = open_database(empty_database_url)
    unpack_database(engine, tables)
    before = read_kept_rows(engine, tables)
    run = CommandLine(empty_database_url)
    run.environ["BACKUP_FOLDER"] = str(tmp_path / "backups")
    assert "from version 0007" in run.succeed("migrate").out
    assert read_kept_rows(engine, tables) == before
    run.succeed("verify")
    check_events(run, tables["audit_event"])
    check_files(tables["received_file"])
    check_edition(engine, tables["edition_file"])
    figures = json.loads(lzma.decompress((FOLDER / "figures.json.xz").read_bytes()))
    assert compare_figures(figures, run, "all") == CHANGES_OF_THE_CENTRE
    if is_soak:
        assert compare_figures(figures, run, "each") == CHANGES_OF_SITES


def read_kept_rows(engine: Engine, tables: dict[str, list[Row]]) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows that people made, in the columns that the older release had."""
    schema = MetaData()
    with reading(engine) as connection:
        schema.reflect(connection)
        return {
            name: [
                tuple(row)
                for row in connection.execute(
                    schema.tables[name]
                    .select()
                    .with_only_columns(*(schema.tables[name].c[column] for column in rows[0]))
                )
            ]
            for name, rows in tables.items()
            if rows and name not in COMPUTED_TABLES
        }


def check_events(run: CommandLine, events: list[Row]) -> None:
    """Check that the audit log, newest first, has every event and no other."""
    exported = csv.DictReader(io.StringIO(run.succeed("audit").out.lstrip("\ufeff")))
    names = ("who", "act", "subject", "old", "new", "why")
    assert [[row[name] for name in names] for row in exported] == [
        [event[name] for name in names] for event in reversed(events)
    ]


def check_files(files: list[Row]) -> None:
    assert len(files) == 111
    for file in files:
        assert hashlib.sha256(zlib.decompress(file["compressed"])).hexdigest() == file["sha256"]


def check_edition(engine: Engine, files: list[Row]) -> None:
    """Check that the public site serves each file of the edition as it was published."""
    settings = Settings(database_url=str(engine.url), secret_key="a secret of tests only, long enough")
    client = create_app(settings, DataSource(engine)).server.test_client()
    for file in files:
        path = file["path"].removesuffix("index.html")
        response = client.get(f"/editions/{file['edition']}/{path}")
        assert (response.status_code, response.data) == (200, file["data"]), path


def compare_figures(figures: dict[str, list[FigureRow]], run: CommandLine, places: str) -> dict[Change, dict[str, int]]:
    """Return how many figures of each indicator differ, by rule."""
    periods = [word for year in YEARS for word in ("--year", year)]
    periods += [word for year in YEARS for number in range(1, 5) for word in ("--quarter", f"{year}Q{number}")]
    changes: dict[Change, Counter[str]] = {}
    for name, chosen in (("plan", []), ("parts", periods)):
        current = run.figures(*(["--each-site"] if places == "each" else []), *chosen)
        for older, newer in zip(figures[f"{places} {name}"], current, strict=True):
            assert newer.keys() - older.keys() == NEW_FIELDS
            assert newer["baseline_for_period"] == older["baseline"]
            check_revision(newer)
            for field, before, after in list_changes(older, newer):
                change = (RULES.get((field, before, after), "no rule"), field, before, after)
                changes.setdefault(change, Counter())[newer["indicator"]] += 1
    return {change: dict(counts) for change, counts in changes.items()}


def check_revision(figure: FigureRow) -> None:
    """Check that only the target and the expected value that the second version changed are marked as revised (D8)."""
    revised = figure["target_revised"]
    if revised:
        amount = figure["expected" if "expected" in revised else "target"]
        assert figure["indicator"] == REVISED
        assert revised.startswith("2026-11-23: ") and revised.endswith(f" -> {amount}")


def list_changes(older: FigureRow, newer: FigureRow) -> Iterator[tuple[str, str, str]]:
    """Yield the fields that differ. Texts that follow from one of them, and new words for the same, are left out."""
    after = dict(flatten(newer))
    before = dict(flatten(older))
    for field, value in before.items():
        if value == after.get(field) or field in ("shown.rating", "shown.actual"):
            continue
        if field == "shown.target" and older["target"] == "no_target" and is_amount(newer["expected"]):
            # D3: a quarter has no target, but an expected value.
            assert (value, after[field]) == ("no target", "between milestones")
            continue
        yield field, simplify(value), simplify(after.get(field))


def flatten(row: FigureRow, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def is_amount(value: object) -> bool:
    return str(value).lstrip("-")[:1].isdigit()


def simplify(value: object) -> str:
    return AMOUNT if is_amount(value) else str(value)
