"""Importing returns: repeated, in any order, on both databases, with permissions and missing values."""

import random
import shutil
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from etl.database.connection import reading
from etl.database.read.data_version import read_data_version
from etl.database.read.returns import read_cells, read_events, read_returns
from etl.database.tables import metadata
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import ReturnState
from etl.plan.read_plan import read_plan
from etl.returns.form.build import list_form_rows
from etl.use_cases.returns.upload_return import upload_return
from tests.journeys.other_returns import SENT_RETURNS, make_filled_form, read_other_plan, write_returns
from tests.support.cached_forms import get_form
from tests.support.command_line import CommandLine
from tests.support.plan_edits import SHIPPED_PLAN

PLAN = read_other_plan()
YEARS = (2024, 2025, 2026)
SHUFFLES = 2


@pytest.fixture(scope="session")
def return_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_returns(tmp_path_factory.mktemp("sent"), PLAN)


@pytest.fixture
def run(other_plan_run: CommandLine) -> CommandLine:
    """Return the command line on either database, with the other plan and users."""
    return other_plan_run


@pytest.fixture
def sqlite_run(sqlite_other_plan_run: CommandLine) -> CommandLine:
    """Return the same on SQLite only, for what doesn't depend on the database."""
    return sqlite_other_plan_run


def import_files(run: CommandLine, *paths: Path, actor: str = "mana", approve: bool = True) -> list[dict]:
    more = ("--approve",) if approve else ()
    return run.succeed("load", *paths, "--as", actor, "--format", "json", *more).json


def read_all_rows(engine: Engine) -> dict[str, list[str]]:
    with reading(engine) as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
        }


def test_importing_a_folder_twice_changes_nothing(run: CommandLine, return_files: list[Path], open_database) -> None:
    engine = open_database(run.database_url)
    first = import_files(run, return_files[0].parent)
    assert {result["outcome"] for result in first} == {"approved"} and len(first) == len(SENT_RETURNS)
    stored, figures = read_all_rows(engine), run.all_figures(YEARS)
    with reading(engine) as connection:
        version = read_data_version(connection)
    repeated = import_files(run, return_files[0].parent)
    assert [(result["outcome"], result["return"]) for result in repeated] == [
        ("unchanged", number) for number in (result["return"] for result in first)
    ]
    assert read_all_rows(engine) == stored
    assert run.all_figures(YEARS) == figures
    with reading(engine) as connection:
        assert read_data_version(connection) == version


def test_importing_in_any_order_gives_the_same_figures(
    sqlite_run: CommandLine, return_files: list[Path], tmp_path: Path, is_soak: bool
) -> None:
    empty = Path(sqlite_run.database_url.removeprefix("sqlite:///"))
    figures = []
    for seed in range(SHUFFLES * (50 if is_soak else 1)):
        path = tmp_path / f"order-{seed}.db"
        shutil.copyfile(empty, path)
        run = CommandLine(f"sqlite:///{path}")
        order = list(return_files)
        random.Random(seed).shuffle(order)
        import_files(run, *order)
        run.succeed("verify")
        figures.append(run.all_figures(YEARS))
    assert any(row["actual"]["amount"] == "covered" for row in figures[0].values()), "no quarter was covered"
    for other in figures[1:]:
        assert other == figures[0]


@pytest.mark.postgres
def test_both_databases_print_the_same_figures(
    make_planned_url: Callable[[str, str], str], return_files: list[Path], is_soak: bool
) -> None:
    """Compare the numbers of every selection; their other formats of one selection, in `make soak` of all."""
    runs = [CommandLine(make_planned_url(kind, "other")) for kind in ("sqlite", "postgres")]
    for run in runs:
        import_files(run, *return_files[:-2])
        import_files(run, *return_files[-2:], actor="offi", approve=False)
    for more in ((), ("--each-site",), ("--approved",), *(("--year", year, "--each-site") for year in YEARS)):
        for kind in ("json", "csv", "table") if is_soak or not more else ("json",):
            on_sqlite, on_postgresql = (run.succeed("figures", "--format", kind, *more).out for run in runs)
            assert on_sqlite == on_postgresql
            assert on_sqlite.count("\n") > len(PLAN.indicators)


def test_a_submitted_return_is_effective_only_with_unapproved_returns(run: CommandLine, tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"{name}.xlsx" for name in ("first", "second", "third"))
    for path, trees in ((first, 100), (second, 200), (third, 300)):
        path.write_bytes(make_filled_form(PLAN, "01", "2024Q1", changes={"L.1": trees}))

    def planted(*more: str) -> str:
        return str(run.figure("L.1", "--quarter", "2024Q1", "--site", "01", *more)["actual"]["amount"])

    (first_result,) = import_files(run, first, actor="offi", approve=False)
    assert (first_result["outcome"], first_result["superseded"]) == ("submitted", None)
    assert (planted(), planted("--approved")) == ("100", "nothing_reported")
    (second_result,) = import_files(run, second, actor="offi", approve=False)
    assert (second_result["outcome"], second_result["superseded"]) == ("submitted", first_result["return"])
    assert (planted(), planted("--approved")) == ("200", "nothing_reported")
    (third_result,) = import_files(run, third)
    assert third_result["outcome"] == "approved"
    assert (planted(), planted("--approved")) == ("300", "300")
    (repeated,) = import_files(run, first, actor="offi", approve=False)
    assert (repeated["outcome"], repeated["return"]) == ("unchanged", first_result["return"])
    assert planted() == "300"
    assert run("verify").code == 0


def test_importing_a_submitted_file_with_approve_approves_its_return(run: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "sent.xlsx"
    path.write_bytes(make_filled_form(PLAN, "01", "2024Q1", changes={"L.1": 100}))
    (submitted,) = import_files(run, path, actor="offi", approve=False)
    preview = run.succeed("load", path, "--as", "mana", "--approve", "--dry-run", "--format", "json").json[0]
    assert preview["outcome"] == "checked" and preview["effects"]
    assert not run.figure("L.1", "--quarter", "2024Q1", "--site", "01", "--approved")["actual"]["reported"]
    (approved,) = import_files(run, path)
    assert (approved["outcome"], approved["return"]) == ("approved", submitted["return"])
    assert run.figure("L.1", "--quarter", "2024Q1", "--site", "01", "--approved")["actual"]["amount"] == "100"
    (again,) = import_files(run, path)
    assert (again["outcome"], again["return"]) == ("unchanged", submitted["return"])
    assert run("verify").code == 0


@pytest.mark.parametrize("approve", [False, True])
def test_importing_the_file_of_a_draft_submits_the_draft(
    run: CommandLine, tmp_path: Path, open_database, now: datetime, approve: bool
) -> None:
    path = tmp_path / "draft.xlsx"
    path.write_bytes(make_filled_form(PLAN, "01", "2024Q1", changes={"L.1": 100}))
    engine = open_database(run.database_url)
    draft = upload_return(engine, path.name, path.read_bytes(), actor="mana", now=now)
    done = "approved" if approve else "submitted"
    dry = run.succeed("load", path, "--as", "mana", "--dry-run", "--format", "json").json[0]
    assert dry["outcome"] == "checked" and dry["effects"]
    (loaded,) = import_files(run, path, approve=approve)
    assert (loaded["outcome"], loaded["return"]) == (done, draft.return_id)
    steps = [ReturnState.DRAFT, ReturnState.SUBMITTED, *([ReturnState.APPROVED] if approve else [])]
    with reading(engine) as connection:
        (stored,) = read_returns(connection)
        assert [event.new_state for event in read_events(connection, stored.id)] == steps
        assert len(read_cells(connection, stored.id)) == len(list_form_rows(PLAN, "01", Quarter(2024, 1)))
    assert stored.state is steps[-1] and stored.submitted_at is not None
    assert import_files(run, path, approve=approve)[0]["outcome"] == "unchanged"
    assert run.figure("L.1", "--quarter", "2024Q1", "--site", "01")["actual"]["amount"] == "100"
    assert run("verify").code == 0


def test_importing_the_file_of_another_users_draft_keeps_the_draft(
    run: CommandLine, tmp_path: Path, open_database, now: datetime
) -> None:
    path = tmp_path / "draft.xlsx"
    path.write_bytes(make_filled_form(PLAN, "01", "2024Q1"))
    engine = open_database(run.database_url)
    draft = upload_return(engine, path.name, path.read_bytes(), actor="only01", now=now)
    (loaded,) = import_files(run, path)
    assert loaded["outcome"] == "approved" and loaded["return"] != draft.return_id
    with reading(engine) as connection:
        states = {return_.id: (return_.state, return_.sender) for return_ in read_returns(connection)}
    assert states == {
        draft.return_id: (ReturnState.DRAFT, "only01"),
        loaded["return"]: (ReturnState.APPROVED, "mana"),
    }


def test_nobody_approves_their_own_submission_by_importing_it_again(run: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    path.write_bytes(make_filled_form(PLAN, "01", "2024Q1"))
    import_files(run, path, actor="mana", approve=False)
    for more in ((), ("--dry-run",)):
        refused = run("load", path, "--as", "mana", "--approve", *more)
        assert refused.code == 3 and "own.xlsx: Senders cannot approve or send back their own returns" in refused.err
    assert not run.figure("L.1", "--quarter", "2024Q1", "--site", "01", "--approved")["actual"]["reported"]


@pytest.mark.parametrize(
    ("actor", "options", "message"),
    [
        ("offi", ("--approve",), "cannot decide on returns"),
        ("nobody", (), "no active account named nobody"),
        ("only01", (), "cannot upload returns for N-2"),
    ],
)
def test_an_import_without_permission_is_refused_and_stores_nothing(
    run: CommandLine, return_files: list[Path], open_database, actor: str, options: tuple[str, ...], message: str
) -> None:
    before = read_all_rows(open_database(run.database_url))
    of_n2 = next(path for path in return_files if path.name.startswith("N-2"))
    result = run("load", of_n2, "--as", actor, *options)
    assert result.code == 3 and message in result.err and of_n2.name in result.err
    assert read_all_rows(open_database(run.database_url)) == before


def test_a_faulty_file_does_not_stop_the_others_of_its_folder(
    run: CommandLine, return_files: list[Path], tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in return_files[:3]:
        shutil.copyfile(path, folder / path.name)
    faulty_entries = {"P.1/sex/women": 400}
    (folder / "01-2024Q2.xlsx").write_bytes(make_filled_form(PLAN, "01", "2024Q2", changes=faulty_entries))
    (folder / "a-broken-one.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    result = run("load", folder, "--as", "offi", "--format", "json")
    assert result.code == 1
    outcomes = {result["file"]: result["outcome"] for result in result.json}
    assert outcomes == {
        "a-broken-one.xlsx": "refused",
        "01-2024Q1.xlsx": "submitted",
        "01-2024Q2.xlsx": "refused",
        "01-2024Q3.xlsx": "submitted",
    }
    refused = next(result for result in result.json if result["file"] == "01-2024Q2.xlsx")
    finding = next(finding for finding in refused["findings"] if finding["code"] == "part-over-total")
    assert finding["cell"] and "400" in finding["message"]
    reported = run.figure("P.1", "--site", "01", "--year", 2024)["actual"]
    assert (reported["reported"], reported["missing"]) == (2, ["01 2024Q2", "01 2024Q4"])


def test_a_site_that_did_not_report_is_missing_and_not_zero(sqlite_run: CommandLine, return_files: list[Path]) -> None:
    import_files(sqlite_run, *return_files[:1])
    alone = sqlite_run.figure("P.1", "--quarter", "2024Q1", "--site", "N-2")
    assert alone["actual"]["amount"] == "nothing_reported"
    assert alone["actual"]["missing"] == ["N-2 2024Q1"]
    assert alone["rating"] == "no_data"
    whole = sqlite_run.figure("P.1", "--quarter", "2024Q1")["actual"]
    assert (whole["amount"], whole["reported"], whole["expected"]) == ("21", 1, 2)
    assert whole["missing"] == ["N-2 2024Q1"]


def test_a_zero_is_reported_and_a_blank_is_missing(sqlite_run: CommandLine, tmp_path: Path) -> None:
    for quarter, trees in (("2024Q1", 0), ("2024Q2", None)):
        (tmp_path / f"{quarter}.xlsx").write_bytes(make_filled_form(PLAN, "01", quarter, changes={"L.1": trees}))
    import_files(sqlite_run, tmp_path)
    zero = sqlite_run.figure("L.1", "--quarter", "2024Q1", "--site", "01")["actual"]
    blank = sqlite_run.figure("L.1", "--quarter", "2024Q2", "--site", "01")["actual"]
    assert (zero["amount"], zero["missing"]) == ("0", [])
    assert (blank["amount"], blank["missing"]) == ("nothing_reported", ["01 2024Q2"])


def test_the_share_of_women_is_computed_from_sums_not_from_shares_of_sites(
    sqlite_run: CommandLine, tmp_path: Path
) -> None:
    for site, women, men in (("01", 10, 90), ("N-2", 9, 1)):
        people = {"P.1": women + men, "P.1/sex/women": women, "P.1/sex/men": men, "P.1/age/youth": 1}
        (tmp_path / f"{site}.xlsx").write_bytes(make_filled_form(PLAN, site, "2024Q1", changes=people))
    import_files(sqlite_run, tmp_path)
    share = sqlite_run.figure("P.2", "--quarter", "2024Q1")["actual"]
    assert (share["numerator"], share["denominator"]) == ("19", "110")
    assert Decimal(share["amount"]).quantize(Decimal("0.0001")) == Decimal("17.2727")
    of_sites = [sqlite_run.figure("P.2", "--quarter", "2024Q1", "--site", site) for site in ("01", "N-2")]
    assert [site["actual"]["amount"] for site in of_sites] == ["10", "90"]


def test_levels_of_hectares_reach_the_last_target_and_are_never_added_over_years(
    make_planned_url: Callable[[str, str], str], tmp_path: Path
) -> None:
    run = CommandLine(make_planned_url("sqlite", "shipped"))
    run.environ["CLOCK"] = "2027-03-01T09:00:00"
    periods = [word for year in range(2022, 2027) for word in ("--year", year)]
    rows = run.figures("--indicator", "SO3-07", *periods)
    levels = {int(row["period"]): row["target"] for row in rows}
    assert (levels[2022], levels[2026]) == ("1000", "4500")
    added = sum(Decimal(level) for level in levels.values())
    assert added == 13100
    plan = read_plan(SHIPPED_PLAN).plan
    assert plan is not None
    for year, level in levels.items():
        form = get_form(plan, 1, "BKN", Quarter(year, 4), entries={"SO3-07": int(level)})
        (tmp_path / f"BKN-{year}.xlsx").write_bytes(form)
    import_files(run, tmp_path)
    for sites in ((), ("--site", "BKN")):
        figure = run.figure("SO3-07", *sites)
        assert figure["actual"]["amount"] == "4500"
    whole = run.figure("SO3-07")
    assert (whole["target"], whole["achievement"], whole["rating"]) == ("4500", "1", "no_data")
    assert len(whole["actual"]["missing"]) == 4
    printed = run.succeed("figures", "--format", "json", "--objective", "SO3").out
    assert "13100" not in printed and "13,100" not in printed
