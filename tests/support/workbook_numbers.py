"""Numbers as exported workbooks store them."""

from decimal import Decimal

SHARE_DECIMALS = 3
"""The decimals of a fraction of 1 that a workbook displays as a percentage with one decimal."""


def is_stored_number(stored: object, amount: Decimal, decimals: int) -> bool:
    """Return whether a workbook's number is the amount.

    It is the exact amount, or the amount rounded to the displayed decimals if a spreadsheet would round it otherwise:
    at least half a digit away, which is a tie or a share just below a threshold.
    """
    if not isinstance(stored, int | float):
        return False
    digit, distance = 10.0**-decimals, abs(stored - float(amount))
    if distance <= 1e-14 * max(1.0, abs(float(amount))):
        return True
    return stored == round(stored, decimals) and digit / 2 - 1e-9 <= distance < digit
