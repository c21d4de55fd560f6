"""Output of the account of numbers: lines, JSON, and a CSV file with every number."""

from collections.abc import Iterable
from pathlib import Path

from etl.cli.output import print_line
from etl.exports.csv_text import render_csv
from etl.locale import Locale
from etl.returns.account import AccountedNumber, group_account
from etl.returns.reasons import Reason, localize_reason

_FIELDS = ("sheet", "cell", "text", "heading", "site", "quarter", "key", "reason")


def print_account(account: tuple[AccountedNumber, ...], locale: Locale) -> None:
    """Print how many numbers were taken, and the cells of all others with the reason, but those of the form itself."""
    answers = [number for number in account if number.reason is not Reason.FORM]
    taken = sum(number.taken is not None for number in answers)
    print_line(f"  account of {len(answers)} numbers: {taken} taken, {len(answers) - taken} not taken")
    for group in group_account(answers):
        reason = localize_reason(group.reason).get_text(locale.language)
        heading = f" {group.heading}" if group.heading else ""
        print_line(f"    not taken: {group.sheet}!{group.cells}{heading}: {reason}")


def write_account(path: Path, files: Iterable[tuple[str, Iterable[AccountedNumber]]], locale: Locale) -> None:
    """Write a CSV file with a line for every number of the files: where it was taken to, or why it was not."""
    rows: list[tuple[str, ...]] = [("file", *_FIELDS)]
    for name, account in files:
        for number in account:
            entry = _serialize_number(number, locale)
            rows.append((name, *(entry[field] or "" for field in _FIELDS)))
    path.write_text(render_csv(rows), encoding="utf-8", newline="")


def serialize_account(account: Iterable[AccountedNumber], locale: Locale) -> list[dict[str, str | None]]:
    """Return every number as JSON-serializable data."""
    return [_serialize_number(number, locale) | {"reason_code": number.reason} for number in account]


def _serialize_number(number: AccountedNumber, locale: Locale) -> dict[str, str | None]:
    taken, reason = number.taken, number.reason
    return {
        "sheet": number.sheet,
        "cell": number.cell,
        "text": number.text,
        "heading": number.heading,
        "site": taken.site if taken is not None else None,
        "quarter": str(taken.quarter) if taken is not None else None,
        "key": str(taken.key) if taken is not None else None,
        "reason": localize_reason(reason).get_text(locale.language) if reason is not None else None,
    }
