"""Quotients without loss: fractions inside, decimals of 40 significant digits outside."""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import reduce

from etl.indicators.results import Amount, NoValue

_OUTSIDE = Context(prec=40, rounding=ROUND_HALF_EVEN)

EXACT_CONTEXT = Context(prec=4000)
"""More digits than any sum of kept numbers has."""
_ZERO = Decimal(0)

Exact = Fraction | NoValue


def as_decimal(number: Fraction) -> Decimal:
    """The number to 40 significant digits; exactly, where it has an end before that."""
    return _OUTSIDE.divide(Decimal(number.numerator), Decimal(number.denominator))


def as_amount(number: Exact) -> Amount:
    return as_decimal(number) if isinstance(number, Fraction) else number


def add_exactly(numbers: Iterable[Decimal]) -> Decimal:
    """The sum with every digit, however many there are."""
    return reduce(EXACT_CONTEXT.add, numbers, _ZERO)


def is_number(number: object) -> bool:
    return isinstance(number, (Fraction, Decimal))
