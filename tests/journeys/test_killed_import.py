"""A loader that is killed at any moment leaves whole returns only, and the next run finishes what it began."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine, func, select

from etl.database.connection import reading
from etl.database.read.returns import read_cells, read_findings, read_returns
from etl.database.tables import cells, received_files, returns
from etl.indicators.vocabulary import ReturnState
from etl.returns.form.build import form_rows
from tests.journeys.other_returns import SENT_RETURNS, YEAR_TO_DATE_RETURN, read_other_plan, write_returns
from tests.support.command_line import CLOCK, CommandLine
from tests.support.plan_edits import OTHER_PLAN

ROOT = Path(__file__).parents[2]
PLAN = read_other_plan()
KILLS, KILLS_IN_SOAK = 3, 50
ACCEPTED = re.compile(r"^(?P<file>\S+\.xlsx): \S+ \S+ (?:approved|unchanged) \(return (?P<number>\d+)\)$", re.MULTILINE)


def start_loading(url: str, folder: Path, told: Path) -> subprocess.Popen[bytes]:
    """A real loader in a process group of its own; what it says goes into a file that outlives it."""
    with told.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "etl", "load", str(folder), "--as", "mana", "--approve"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url, "CLOCK": CLOCK},
            stdout=out,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def kill_import_after(url: str, folder: Path, output_path: Path, *, reported_files: int, pause: float) -> bool:
    """Kills the loader a moment after it told of so many files; False where it was done before."""
    process = start_loading(url, folder, output_path)
    until = time.monotonic() + 60
    try:
        while process.poll() is None and output_path.read_bytes().count(b"\n") < reported_files:
            assert time.monotonic() < until, "the loader hangs"
            time.sleep(0.002)
        time.sleep(pause)
        was_running = process.poll() is None
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    return was_running


def depth_of(turn: int) -> Decimal:
    """The number that every return of a turn has in one cell, so that turns can be told apart."""
    return Decimal(3) + Decimal(turn) / 100


def asked_keys(site: str, quarter) -> set[str]:
    return {str(row.key) for row in form_rows(PLAN, site, quarter)}


def assert_every_return_is_whole(engine: Engine, told: Path, turn: int) -> None:
    """Nothing is half there: each return has every cell of its file, stands or is superseded, and was told truly."""
    with reading(engine) as connection:
        found = read_returns(connection)
        for one in found:
            assert one.state in (ReturnState.APPROVED, ReturnState.SUPERSEDED), one
            assert one.approver == "mana" and one.decided_at is not None
            stored = {str(cell.key): cell for cell in read_cells(connection, one.id)}
            assert set(stored) == asked_keys(one.site, one.quarter), f"{one.site} {one.quarter} is half there"
            told_of = ["basis-differs"] if (one.site, str(one.quarter)) == YEAR_TO_DATE_RETURN else []
            assert [finding.code for finding in read_findings(connection, one.id)] == told_of
        by_number = {one.id: one for one in found}
        for said in ACCEPTED.finditer(told.read_text()):
            one = by_number[int(said["number"])]
            assert said["file"] == f"{one.site}-{one.quarter}.xlsx"
            assert one.state is ReturnState.APPROVED
            marked = {str(cell.key): cell.value for cell in read_cells(connection, one.id)}
            assert marked["L.2"] == depth_of(turn)
        standing = [(one.site, one.quarter) for one in found if one.state is ReturnState.APPROVED]
        assert len(standing) == len(set(standing))
        kept = connection.scalar(select(func.count()).select_from(received_files))
        assert kept == len({one.sha256 for one in found}), "a file without a return, or a return without its file"
        orphans = select(func.count()).where(cells.c.return_id.not_in(select(returns.c.id)))
        assert connection.scalar(orphans) == 0


def test_a_loader_that_is_killed_at_any_moment_leaves_no_return_half_there(
    database_url: str, with_people, open_database, tmp_path: Path, is_soak: bool
) -> None:
    run: CommandLine = with_people(database_url)
    run.succeed("plan", "load", OTHER_PLAN)
    engine = open_database(database_url)
    chance = random.Random(f"kill {database_url.partition(':')[0]}")
    interrupted = 0
    for turn in range(KILLS_IN_SOAK if is_soak else KILLS):
        folder = tmp_path / f"returns-{turn}"
        # New numbers each time, so that every turn has all returns to load, in the place of those before.
        paths = write_returns(folder, PLAN, changes={"L.2": depth_of(turn)})
        told = tmp_path / f"told-{turn}.txt"
        interrupted += kill_import_after(
            database_url,
            folder,
            told,
            reported_files=chance.randrange(len(SENT_RETURNS)),
            pause=chance.uniform(0, 0.08),
        )
        assert_every_return_is_whole(engine, told, turn)
        verified = run("verify")
        assert verified.code == 0, verified.out
        again = run.succeed("load", folder, "--as", "mana", "--approve", "--format", "json").json
        assert len(again) == len(paths) and {one["outcome"] for one in again} <= {"approved", "unchanged"}
        accepted = {said["file"] for said in ACCEPTED.finditer(told.read_text())}
        assert {one["file"] for one in again if one["outcome"] == "unchanged"} >= accepted
        assert run("verify").code == 0
        deepest = run.figure("L.2", "--year", 2025, "--site", "01")["actual"]
        assert (Decimal(deepest["amount"]), deepest["reported"]) == (depth_of(turn), 2)
        shutil.rmtree(folder)
    assert interrupted >= (KILLS_IN_SOAK if is_soak else KILLS) // 2, "hardly any loader was killed while it ran"
