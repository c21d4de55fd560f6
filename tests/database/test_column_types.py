"""Test that the column types store values exactly, and equally on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select, text

from etl.database.column_types import format_digits
from etl.database.connection import reading, writing
from etl.database.tables import audit_events, rollups
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import CellState

AMOUNTS = [
    Decimal("0.1"),
    Decimal("-0.000000000000000000000000000001"),
    Decimal("123456789012345678901234567890123456789012345.678901234567890123456789"),
    Decimal("1E+3"),
    Decimal("1000.00"),
    Decimal("-0"),
    Decimal("1E+50"),
    Decimal("0"),
]


def _row(number: int, value: Decimal) -> dict[str, object]:
    return {
        "basis": "approved",
        "indicator": "A",
        "part": str(number),
        "site": "one",
        "quarter": Quarter(2025, 3),
        "state": CellState.REPORTED,
        "value": value,
    }


def test_long_amounts_are_stored_exactly(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(insert(rollups), [_row(number, value) for number, value in enumerate(AMOUNTS)])
    with reading(engine) as connection:
        values = {row.part: row.value for row in connection.execute(select(rollups.c.part, rollups.c.value))}
    assert [values[str(number)] for number in range(len(AMOUNTS))] == AMOUNTS


def test_equal_amounts_are_read_in_the_same_format(engine: Engine) -> None:
    same = [Decimal("1E+3"), Decimal("1000"), Decimal("1000.00")]
    with writing(engine) as connection:
        connection.execute(insert(rollups), [_row(number, value) for number, value in enumerate(same)])
    with reading(engine) as connection:
        values = connection.scalars(select(rollups.c.value)).all()
    assert {str(value) for value in values} == {"1000"}


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+5000")])
def test_nan_infinity_and_huge_numbers_are_refused(value: Decimal) -> None:
    with pytest.raises(ValueError, match="exact number"):
        format_digits(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_plain_digits_formats_the_same_number_without_an_exponent(value: Decimal) -> None:
    digits = format_digits(value)
    assert Decimal(digits) == value
    assert "E" not in digits
    assert not ("." in digits and digits.endswith("0"))


def test_datetimes_are_read_in_utc(engine: Engine) -> None:
    moment = datetime(2026, 11, 23, 9, 0, 0, 123456, timezone(timedelta(hours=7)))
    event = dict.fromkeys(("who", "act", "subject", "old", "new", "why"), "")
    with writing(engine) as connection:
        connection.execute(insert(audit_events).values(at=moment, **event))
    with reading(engine) as connection:
        stored = connection.execute(select(audit_events.c.at)).scalar_one()
    assert stored == moment
    assert stored.tzinfo is UTC


def test_naive_datetime_is_refused(engine: Engine) -> None:
    event = dict.fromkeys(("who", "act", "subject", "old", "new", "why"), "")
    with pytest.raises(Exception, match="no time zone"), writing(engine) as connection:
        connection.execute(insert(audit_events).values(at=datetime(2026, 11, 23), **event))


def test_quarters_sort_chronologically(engine: Engine) -> None:
    quarters = [Quarter(2025, 3), Quarter(2024, 4), Quarter(2025, 1)]
    with writing(engine) as connection:
        rows = [{**_row(number, Decimal(1)), "quarter": quarter} for number, quarter in enumerate(quarters)]
        connection.execute(insert(rollups), rows)
    with reading(engine) as connection:
        assert connection.scalars(select(rollups.c.quarter).order_by(rollups.c.quarter)).all() == sorted(quarters)
        assert connection.execute(text("SELECT min(quarter) FROM rollup")).scalar_one() == "2024Q4"
