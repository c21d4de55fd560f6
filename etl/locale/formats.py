"""Formats of numbers, shares, quarters, days and file sizes in each language."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from babel.dates import format_date

from etl.indicators.periods import CAMBODIA, Quarter

MINUS = "\N{MINUS SIGN}"

_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)


@lru_cache(maxsize=16_384)
def format_amount(value: Decimal, decimals: int) -> str:
    """Return a number rounded half up with commas between thousands: `1,234.5`. Zero never has a minus sign.

    Both languages write Latin digits: Khmer digits come with the separators swapped and would be misread.
    """
    rounded = value.quantize(Decimal(1).scaleb(-decimals), context=_WIDE)
    return f"{MINUS if rounded < 0 else ''}{rounded.copy_abs():,.{decimals}f}"


def format_share(
    share: Decimal, decimals: int = 1, *, thresholds: Sequence[Decimal] = (), is_distance: bool = False
) -> str:
    """Return a fraction of 1 as a percentage: `73.8 %`. See `round_share` for shares close to a threshold."""
    percent = round_share(share, decimals, thresholds=thresholds, is_distance=is_distance)
    return f"{format_amount(percent, decimals)} %"


def round_share(
    share: Decimal, decimals: int = 1, *, thresholds: Sequence[Decimal] = (), is_distance: bool = False
) -> Decimal:
    """Return a fraction of 1 in percent, rounded half up, but never up to a met target or to a threshold.

    0.9996 is 99.9, because 100.0 would be a met target. `is_distance` is for distances from a target, which are better
    when smaller: these are never rounded down to a threshold or to 0.
    """
    percent = _WIDE.multiply(share, Decimal(100))
    step = Decimal(1).scaleb(-decimals)
    rounded = percent.quantize(step, context=_WIDE)
    for threshold in (Decimal(0 if is_distance else 1), *thresholds):
        limit = threshold * 100
        if is_distance and rounded <= limit < percent:
            return percent.quantize(step, rounding=ROUND_CEILING, context=_WIDE)
        if not is_distance and percent < limit <= rounded:
            return percent.quantize(step, rounding=ROUND_FLOOR, context=_WIDE)
    return rounded


def format_quarter(quarter: Quarter, language: str) -> str:
    """Return `2025 Q3`, or the same in Khmer words with Latin digits."""
    if language == "km":
        return f"ត្រីមាសទី{quarter.number} ឆ្នាំ{quarter.year}"
    return f"{quarter.year} Q{quarter.number}"


@lru_cache(maxsize=1024)
def format_day(day: date, language: str) -> str:
    """Return `30 Sep 2025`; the Khmer names of months are Unicode's (CLDR)."""
    return format_date(day, "d MMM yyyy", locale=language)


def format_moment(moment: datetime, language: str) -> str:
    """Return `30 Sep 2025 14:05`, in Cambodian time."""
    local = moment.astimezone(CAMBODIA)
    return f"{format_day(local.date(), language)} {local:%H:%M}"


def format_size(size: int) -> str:
    """Return a file size in bytes as `640 bytes`, `12 KB` or `3.4 MB`."""
    if size < 1000:
        return f"{size} bytes"
    return f"{round(size / 1000)} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
