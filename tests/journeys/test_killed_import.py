"""A killed import leaves only complete returns, and the next run finishes it."""

import random
import re
import shutil
import time
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine, func, select

from etl.database.connection import reading
from etl.database.read.returns import read_cells, read_findings, read_returns
from etl.database.tables import cells, received_files, returns
from etl.indicators.vocabulary import ReturnState
from etl.returns.form.build import list_form_rows
from tests.journeys.other_returns import SENT_RETURNS, YEAR_TO_DATE_RETURN, read_other_plan, write_returns
from tests.support.command_line import CLOCK, CommandLine
from tests.support.forked_processes import start_command

PLAN = read_other_plan()
KILLS, KILLS_IN_SOAK = 1, 50
ACCEPTED = re.compile(r"^(?P<file>\S+\.xlsx): \S+ \S+ (?:approved|unchanged) \(return (?P<number>\d+)\)$", re.MULTILINE)


def kill_import_after(url: str, folder: Path, output_path: Path, *, reported_files: int, pause: float) -> bool:
    """Kill the import after it reported a number of files. Returns False when it had already finished."""
    output_path.touch()
    arguments = ["load", str(folder), "--as", "mana", "--approve"]
    process = start_command(arguments, {"DATABASE_URL": url, "CLOCK": CLOCK}, output_path)
    until = time.monotonic() + 60
    try:
        while process.is_alive() and output_path.read_bytes().count(b"\n") < reported_files:
            assert time.monotonic() < until, "the loader hangs"
            time.sleep(0.002)
        time.sleep(pause)
        was_running = process.is_alive()
    finally:
        process.kill()
        process.join()
    return was_running


def get_depth(turn: int) -> Decimal:
    """Return the value of one cell in every return of a turn, which identifies the turn."""
    return Decimal(3) + Decimal(turn) / 100


def list_asked_keys(site: str, quarter) -> set[str]:
    return {str(row.key) for row in list_form_rows(PLAN, site, quarter)}


def assert_every_return_is_whole(engine: Engine, output_path: Path, turn: int) -> None:
    """Check that each return has all its cells, a final state and the reported values."""
    with reading(engine) as connection:
        stored_returns = read_returns(connection)
        for stored_return in stored_returns:
            assert stored_return.state in (ReturnState.APPROVED, ReturnState.SUPERSEDED), stored_return
            assert stored_return.approver == "mana" and stored_return.decided_at is not None
            stored = {str(cell.key): cell for cell in read_cells(connection, stored_return.id)}
            assert set(stored) == list_asked_keys(stored_return.site, stored_return.quarter), (
                f"{stored_return.site} {stored_return.quarter} is half there"
            )
            expected_codes = (
                ["basis-differs"] if (stored_return.site, str(stored_return.quarter)) == YEAR_TO_DATE_RETURN else []
            )
            assert [finding.code for finding in read_findings(connection, stored_return.id)] == expected_codes
        by_number = {stored_return.id: stored_return for stored_return in stored_returns}
        for match in ACCEPTED.finditer(output_path.read_text()):
            stored_return = by_number[int(match["number"])]
            assert match["file"] == f"{stored_return.site}-{stored_return.quarter}.xlsx"
            assert stored_return.state is ReturnState.APPROVED
            value_by_key = {str(cell.key): cell.value for cell in read_cells(connection, stored_return.id)}
            assert value_by_key["L.2"] == get_depth(turn)
        approved_keys = [
            (stored_return.site, stored_return.quarter)
            for stored_return in stored_returns
            if stored_return.state is ReturnState.APPROVED
        ]
        assert len(approved_keys) == len(set(approved_keys))
        file_count = connection.scalar(select(func.count()).select_from(received_files))
        assert file_count == len({stored_return.sha256 for stored_return in stored_returns}), (
            "a file without a return, or a return without its file"
        )
        orphans = select(func.count()).where(cells.c.return_id.not_in(select(returns.c.id)))
        assert connection.scalar(orphans) == 0


def test_a_killed_import_leaves_no_incomplete_return(
    other_plan_run: CommandLine, open_database, tmp_path: Path, is_soak: bool
) -> None:
    run, database_url = other_plan_run, other_plan_run.database_url
    engine = open_database(database_url)
    chance = random.Random(f"kill {database_url.partition(':')[0]}")
    interrupted = 0
    for turn in range(KILLS_IN_SOAK if is_soak else KILLS):
        folder = tmp_path / f"returns-{turn}"
        # New values in each turn, so that every return is imported again.
        paths = write_returns(folder, PLAN, changes={"L.2": get_depth(turn)})
        output_path = tmp_path / f"output-{turn}.txt"
        interrupted += kill_import_after(
            database_url,
            folder,
            output_path,
            reported_files=chance.randrange(len(SENT_RETURNS)) if is_soak else 3,
            pause=chance.uniform(0, 0.08) if is_soak else 0,
        )
        assert_every_return_is_whole(engine, output_path, turn)
        verified = run("verify")
        assert verified.code == 0, verified.out
        again = run.succeed("load", folder, "--as", "mana", "--approve", "--format", "json").json
        assert len(again) == len(paths) and {result["outcome"] for result in again} <= {"approved", "unchanged"}
        accepted = {match["file"] for match in ACCEPTED.finditer(output_path.read_text())}
        assert {result["file"] for result in again if result["outcome"] == "unchanged"} >= accepted
        assert run("verify").code == 0
        deepest = run.figure("L.2", "--year", 2025, "--site", "01")["actual"]
        assert (Decimal(deepest["amount"]), deepest["reported"]) == (get_depth(turn), 2)
        shutil.rmtree(folder)
    assert interrupted >= (KILLS_IN_SOAK // 2 if is_soak else KILLS), "hardly any loader was killed while it ran"
