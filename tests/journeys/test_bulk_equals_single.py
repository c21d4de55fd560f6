"""A bulk import stores the same rows as single imports, also with concurrent writes."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from etl.database.connection import reading
from etl.database.read import import_cache
from etl.database.tables import metadata
from etl.errors import CardecError
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Role
from etl.returns.workbook.bundle import open_paths
from etl.use_cases.accounts.users import add_user
from etl.use_cases.plans.load_plan import load_plan
from etl.use_cases.returns import import_many as load_many_returns
from etl.use_cases.returns.import_file import ImportOutcome, import_batch, import_return_file
from etl.use_cases.returns.import_many import FileImport, import_bundle
from etl.use_cases.returns.locks import set_quarter_locks
from tests.journeys.other_returns import SENT_RETURNS, make_filled_form, read_other_plan
from tests.support.plan_edits import Edit, apply_edits, copy_plan

PLAN = read_other_plan()
WriteAction = Callable[[Engine, datetime], None]
GROWING, AT_ONCE = load_many_returns.BATCH_SIZES, (100,)
CENTRE_VERSION = ("centre_row", "version")


@pytest.fixture(scope="module")
def return_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every return, then corrections, a changed year to date, a faulty file, and the first file again."""
    folder = tmp_path_factory.mktemp("sent")
    files = [(site, quarter, {}) for site, quarter in SENT_RETURNS]
    files += [
        ("01", "2024Q2", {"L.1": 333, "P.1/sex/women": None}),
        ("N-2", "2024Q3", {"S.1": "NC"}),
        ("N-2", "2024Q1", {"L.3/numerator": 2}),
        ("N-2", "2024Q2", {}),
        ("01", "2025Q1", {"P.1/sex/women": 900}),
        ("east.3", "2024Q3", {"L.2": "4.50"}),
        (*SENT_RETURNS[0], {}),
    ]
    paths = []
    for place, (site, quarter, other) in enumerate(files):
        path = folder / f"{place:02}-{site}-{quarter}.xlsx"
        path.write_bytes(make_filled_form(PLAN, site, quarter, changes=other))
        paths.append(path)
    return paths


@pytest.fixture
def engines(
    database_kind: str, make_planned_url: Callable[[str, str], str], open_database, now: datetime
) -> tuple[Engine, Engine]:
    """Two databases of the same kind with the same plan and users."""
    opened: list[Engine] = []
    for _ in range(2):
        boss = open_database(make_planned_url(database_kind, "other"))
        add_user(boss, "boss", Role.ADMINISTRATOR, "long enough to pass", None, now=now, actor="test")
        opened.append(boss)
    return opened[0], opened[1]


@pytest.fixture(scope="module")
def other_writes(tmp_path_factory: pytest.TempPathFactory) -> dict[int, WriteAction]:
    """Return writes by other users after a number of files; the next file must take each into account."""
    revised = copy_plan(tmp_path_factory.mktemp("plans") / "revised")
    apply_edits(revised, Edit("indicators", "S.1", "name_en", "Something else counted"))
    correction = make_filled_form(PLAN, "N-2", "2024Q1", changes={"L.1": 4321})

    def correct_another(engine: Engine, now: datetime) -> None:
        import_return_file(engine, "other.xlsx", correction, actor="mana", now=now, approve=True)

    def fail_to_correct(engine: Engine, now: datetime) -> None:
        with pytest.raises(CardecError):
            import_return_file(engine, "other.xlsx", correction, actor="only01", now=now)

    def revise_the_plan(engine: Engine, now: datetime) -> None:
        loaded = load_plan(engine, revised, actor="boss", now=now, effective=date(2024, 7, 1), reason="review")
        assert loaded.version == 2

    def lock_a_quarter(engine: Engine, now: datetime) -> None:
        set_quarter_locks(engine, [Quarter(2024, 2)], locked=True, actor="boss", now=now, reason="the year is closed")

    return {5: fail_to_correct, 8: correct_another, 11: revise_the_plan, 16: lock_a_quarter}


@pytest.mark.parametrize("actor", ["mana", "only01"])
def test_a_bulk_import_with_concurrent_writes_equals_single_imports(
    engines: tuple[Engine, Engine],
    return_files: list[Path],
    other_writes: dict[int, WriteAction],
    now: datetime,
    actor: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_bulk, one_by_one = engines
    approve = actor == "mana"
    # A limit below the number of sites.
    monkeypatch.setattr(import_cache, "MAX_OBSERVATIONS", 60)
    bulk_results: list[tuple[object, ...]] = []

    def record_result(done: int, _total: int, file: FileImport) -> None:
        bulk_results.append(describe_result(file))
        if done in other_writes:
            other_writes[done](in_bulk, now)

    # With `should_stop`, each file has its own transaction.
    each = {"report_progress": record_result, "should_stop": lambda: False}
    import_bundle(in_bulk, open_paths(return_files), actor=actor, clock=lambda: now, approve=approve, **each)
    for place, path in enumerate(return_files, start=1):
        single_import = import_alone(one_by_one, path, actor=actor, now=now, approve=approve)
        assert bulk_results[place - 1] == describe_result(single_import)
        if place in other_writes:
            other_writes[place](one_by_one, now)
    assert len(bulk_results) == len(return_files)
    outcomes = {outcome for _, outcome, *_ in bulk_results}
    assert outcomes >= {
        ImportOutcome.REFUSED,
        ImportOutcome.UNCHANGED,
        ImportOutcome.APPROVED if approve else "trouble",
    }
    stored = [read_all_rows(engine) for engine in engines]
    assert stored[0] == stored[1]
    assert len(stored[0]["rollup"]) > 50


@pytest.mark.parametrize(
    ("actor", "approve", "sizes"),
    [
        pytest.param("mana", True, GROWING, id="mana-growing"),
        pytest.param("offi", False, AT_ONCE, id="offi-all at once"),
        pytest.param("only01", False, GROWING, id="only01-growing"),
        pytest.param("mana", True, AT_ONCE, id="mana-all at once", marks=pytest.mark.soak),
        pytest.param("offi", False, GROWING, id="offi-growing", marks=pytest.mark.soak),
        pytest.param("only01", False, AT_ONCE, id="only01-all at once", marks=pytest.mark.soak),
    ],
)
def test_returns_that_share_a_transaction_equal_single_imports(
    engines: tuple[Engine, Engine],
    return_files: list[Path],
    now: datetime,
    actor: str,
    approve: bool,
    sizes: tuple[int, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch_sizes: list[int] = []

    def record_batch(*args: Any, **kwargs: Any) -> Any:
        done = import_batch(*args, **kwargs)
        batch_sizes.append(len(done))
        return done

    monkeypatch.setattr(load_many_returns, "BATCH_SIZES", sizes)
    # A limit at which sites are dropped from the cache while returns are pending.
    monkeypatch.setattr(import_cache, "MAX_OBSERVATIONS", 60)
    monkeypatch.setattr(load_many_returns, "import_batch", record_batch)
    in_bulk, one_by_one = engines
    # Some returns are submitted before, so that the import approves them as duplicates.
    for engine in engines:
        for path in return_files[2:4]:
            import_alone(engine, path, actor="offi", now=now, approve=False)
    bulk_import = import_bundle(in_bulk, open_paths(return_files), actor=actor, clock=lambda: now, approve=approve)
    single_importe_imports = [
        import_alone(one_by_one, path, actor=actor, now=now, approve=approve) for path in return_files
    ]
    assert [describe_result(file) for file in bulk_import.files] == [
        describe_result(file) for file in single_importe_imports
    ]
    assert batch_sizes and max(batch_sizes) >= min(max(sizes), 8), "too few returns shared a transaction"
    stored = [read_all_rows(engine, except_tables=("counter",)) for engine in engines]
    assert stored[0] == stored[1]
    assert len(stored[0]["rollup"]) > 50 and len(stored[0]["centre_row"]) > 50


def import_alone(engine: Engine, path: Path, *, actor: str, now: datetime, approve: bool) -> FileImport:
    try:
        return FileImport(
            path.name, import_return_file(engine, path.name, path.read_bytes(), actor=actor, now=now, approve=approve)
        )
    except CardecError as error:
        return FileImport(path.name, None, error)


def describe_result(file: FileImport) -> tuple[object, ...]:
    if file.result is None:
        return file.name, "trouble", str(file.error)
    return file.name, file.result.outcome, file.result.return_id, file.result.superseded_id, file.result.findings


def read_all_rows(engine: Engine, *, except_tables: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Return every row of every table except users, whose password hashes have random salts.

    `except_tables` are left out as well, and with them how often the rows of the centre were recomputed.
    """
    with reading(engine) as connection:
        return {
            table.name: sorted(
                repr(tuple(row))
                for row in connection.execute(
                    select(
                        *(
                            column
                            for column in table.c
                            if not except_tables or (table.name, column.name) != CENTRE_VERSION
                        )
                    )
                )
            )
            for table in metadata.sorted_tables
            if table.name not in ("user", *except_tables)
        }
