"""The account of the numbers of a file in the reader's language, for a table and for the form of a return."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from etl.indicators.vocabulary import ReturnState
from etl.locale import Locale
from etl.queries.data_source import DataSource
from etl.queries.examine_file import examine_file
from etl.queries.return_details import find_return_file
from etl.returns.account import AccountedNumber, group_account, refuse_numbers
from etl.returns.form.claims import Confirmation
from etl.returns.reasons import Reason, localize_reason

MAX_LISTED_NUMBERS = 1_000


@dataclass(frozen=True)
class TakenLine:
    """A number of a file and where it belongs."""

    cell: str
    text: str
    site: str
    quarter: str
    key: str


@dataclass(frozen=True)
class SkippedLine:
    """The cells of a column that are not taken, and why."""

    cells: str
    heading: str
    count: int
    reason: str


@dataclass(frozen=True)
class NumberAccount:
    """Every number of a file, without those that belong to the form itself."""

    number_count: int
    taken: tuple[TakenLine, ...]
    """At most MAX_LISTED_NUMBERS."""
    taken_count: int
    skipped: tuple[SkippedLine, ...]


def localize_account(account: Iterable[AccountedNumber], locale: Locale) -> NumberAccount:
    """Return the account with its reasons in the language of the reader."""
    numbers = [number for number in account if number.reason is not Reason.FORM]
    taken = [(number, number.taken) for number in numbers if number.taken is not None]
    return NumberAccount(
        number_count=len(numbers),
        taken=tuple(
            TakenLine(f"{number.sheet}!{number.cell}", number.text, place.site, str(place.quarter), str(place.key))
            for number, place in taken[:MAX_LISTED_NUMBERS]
        ),
        taken_count=len(taken),
        skipped=tuple(
            SkippedLine(
                f"{group.sheet}!{group.cells}",
                group.heading,
                len(group.numbers),
                localize_reason(group.reason).get_text(locale.language),
            )
            for group in group_account(numbers)
        ),
    )


def find_return_account(source: DataSource, return_id: int, *, today: date, locale: Locale) -> NumberAccount | None:
    """Return the account of a return's file; None if the file is no form of the return's site and quarter.

    Of a draft with errors, which cannot be submitted, no number is taken.
    """
    match = find_return_file(source, return_id)
    if match is None:
        return None
    stored_return, file = match
    confirmation = Confirmation(stored_return.site, stored_return.quarter)
    intake = examine_file(source.engine, file.name, file.data, today=today, confirmation=confirmation)
    if intake.parsed_return is None:
        return None
    account = intake.make_account()
    is_refused = stored_return.state is ReturnState.DRAFT and not intake.is_acceptable
    return localize_account(refuse_numbers(account) if is_refused else account, locale)
