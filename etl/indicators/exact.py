"""Exact arithmetic: fractions inside the core, decimals of 40 significant digits outside."""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import reduce

from etl.indicators.results import Amount, NoValue

_RESULT_CONTEXT = Context(prec=40, rounding=ROUND_HALF_EVEN)

EXACT_CONTEXT = Context(prec=4000)
"""More digits than any sum of stored numbers has."""
_ZERO = Decimal(0)

Exact = Fraction | NoValue


def convert_to_decimal(number: Fraction) -> Decimal:
    """Return the number with 40 significant digits; exact where its decimals end before that."""
    return _RESULT_CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))


def convert_to_amount(number: Exact) -> Amount:
    """Return the number as a decimal; a reason (`NoValue`) unchanged."""
    return convert_to_decimal(number) if isinstance(number, Fraction) else number


def add_exactly(numbers: Iterable[Decimal]) -> Decimal:
    """Return the sum without rounding."""
    return reduce(EXACT_CONTEXT.add, numbers, _ZERO)


def is_number(number: object) -> bool:
    return isinstance(number, (Fraction, Decimal))
