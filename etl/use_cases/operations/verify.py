"""Verify a whole database: its files on the disk, stored originals, numbers as they were typed, and computed rows."""

import hashlib
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation

from etl.database.centre_rows import compare_centre_rows
from etl.database.connection import Connection, DatabaseFailureError, Engine, reading
from etl.database.read.integrity import check_pages, iterate_cells, iterate_stored_files
from etl.database.read.plans import read_stored_plans
from etl.database.records import CentreDifference, ReturnCell
from etl.database.rollups import compare_rollups
from etl.indicators.plans import Plans
from etl.indicators.stage_words import find_stage_by_text
from etl.indicators.vocabulary import Stage
from etl.returns.digits import fold_text, parse_digits

__all__ = ["verify_database"]

_NOISE = Decimal("1e-9")
"""Excel stores 0.3 as 0.30000000000000004; reading a return removes that noise."""


def verify_database(engine: Engine) -> tuple[str, ...]:
    """Return a sentence for everything that differs from what was saved or from its recomputation.

    A step that can't read the database is a finding too; the other steps still run.
    """
    steps = (_check_pages, _check_files, _check_cells, _check_computed_rows)
    return tuple(finding for step in steps for finding in _run_step(engine, step))


def _run_step(engine: Engine, step: Callable[[Connection], Iterator[str]]) -> tuple[str, ...]:
    findings = []
    try:
        with reading(engine) as connection:
            for finding in step(connection):
                findings.append(finding)
    except DatabaseFailureError as error:
        findings.append(f"{_STEP_LABELS[step.__name__]} could not be read to the end: {error}")
    except (ValueError, ArithmeticError, LookupError, TypeError) as error:
        findings.append(f"{_STEP_LABELS[step.__name__]} hold a value that no release writes: {error}")
    return tuple(findings)


def _check_pages(connection: Connection) -> Iterator[str]:
    for problem in check_pages(connection):
        yield f"The database is damaged: {problem}"


def _check_files(connection: Connection) -> Iterator[str]:
    for file in iterate_stored_files(connection):
        if file.data is None:
            yield f"{_capitalize(file.label)} is damaged: it cannot be decompressed."
        elif not file.sha256 or not hashlib.sha256(file.data).hexdigest().startswith(file.sha256):
            yield f"{_capitalize(file.label)} was altered: its SHA-256 is not the one that was saved, {file.sha256}."
        elif file.size not in (-1, len(file.data)):
            yield f"{_capitalize(file.label)} has {len(file.data)} bytes; {file.size} were saved."


def _check_cells(connection: Connection) -> Iterator[str]:
    plans = read_stored_plans(connection)
    stages = {} if plans is None else _list_stages(plans)
    for return_id, cell in iterate_cells(connection):
        stages_of_number = stages.get(cell.key.indicator, ())
        if not _is_value_of_raw(cell, stages_of_number):
            value = "not collected" if cell.value is None else cell.value
            yield (
                f"return {return_id}, {cell.key} in {cell.sheet} {cell.address}: "
                f"the number is {value}, the cell was {cell.raw!r}"
            )


def _list_stages(plans: Plans) -> dict[str, tuple[Stage, ...]]:
    """Return every stage that any version of the plan gives an indicator."""
    stages: dict[str, tuple[Stage, ...]] = {}
    for version in plans.versions:
        for indicator in version.plan.indicators:
            stages[indicator.code] = (*stages.get(indicator.code, ()), *indicator.stages)
    return stages


def _is_value_of_raw(cell: ReturnCell, stages: tuple[Stage, ...]) -> bool:
    """Return whether the number may have been read from the text of its cell."""
    readings = _read_raw(cell.raw, stages)
    if cell.value is None:
        return not any(reading is not None for reading in readings)
    return any(reading is not None and abs(reading - cell.value) < _NOISE for reading in readings)


def _read_raw(raw: str, stages: tuple[Stage, ...]) -> tuple[Decimal | None, ...]:
    """Return the numbers that a text can mean; empty for a text without one."""
    try:
        return (Decimal(raw),)
    except InvalidOperation:
        pass
    if stages and (stage := find_stage_by_text(stages, raw)) is not None:
        return (Decimal(stage.rank),)
    folded_text = fold_text(raw).text
    number = "".join(letter for letter in folded_text if letter in "0123456789.,+- ").strip(" .,")
    reading = parse_digits(number, whole=False)
    joined = parse_digits("".join(number.split()), whole=False)
    return (reading.value, *reading.readings, parse_digits(number, whole=True).value, joined.value)


def _check_computed_rows(connection: Connection) -> Iterator[str]:
    plans = read_stored_plans(connection)
    if plans is None:
        return
    for site_row in compare_rollups(connection, plans):
        yield f"{site_row.basis}: stored {site_row.stored}, computed {site_row.computed}"
    for row in compare_centre_rows(connection, plans):
        yield f"{row.basis}: {_describe_number(row)}: stored {row.stored}, computed {row.computed}"


_STEP_LABELS = {
    _check_pages.__name__: "The files of the database",
    _check_files.__name__: "Stored files",
    _check_cells.__name__: "Stored numbers",
    _check_computed_rows.__name__: "Stored results",
}


def _describe_number(row: CentreDifference) -> str:
    return f"all sites together, {'/'.join(row.number).rstrip('/')} in {row.quarter}"


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]
