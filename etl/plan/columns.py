"""Types of the plan files' columns, and functions to declare them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class ColumnKind(StrEnum):
    """The kind of value in a column."""

    TEXT = "text"
    CODE = "code"
    REFERENCE = "reference"
    """A code that another file declares."""
    TARGET = "target"
    """A number, or the name of a stage of the indicator."""
    CODES = "codes"
    """Codes of other rows, separated by `;`."""
    CHOICE = "choice"
    YES_NO = "yes_no"
    WHOLE = "whole"
    YEAR = "year"
    DECIMAL = "decimal"
    QUARTER = "quarter"
    DAY = "day"
    KEY = "key"
    """The key of a number in a return: `SO3-01`, `SO3-01/sex/women`."""

    @property
    def is_number(self) -> bool:
        return self in (ColumnKind.WHOLE, ColumnKind.YEAR, ColumnKind.DECIMAL, ColumnKind.TARGET)


PLACES = "places"
"""What a column refers to that names a site or a province, both of which are declared in the file of sites."""


@dataclass(frozen=True)
class Column:
    """A column. `field` is its target: `name.en` is the English of the field `name`, `season.0` the first of a tuple.

    A cell of a `required` column must not be blank. A column that is not `expected` may be missing from the file.
    """

    name: str
    field: str
    description: str
    kind: ColumnKind = ColumnKind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    expected: bool = True
    refers_to: str = ""


@dataclass(frozen=True)
class FileSchema:
    """The schema of a plan file, and of its sheet in the plan workbook."""

    name: str
    sheet: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """The columns that together identify a row."""
    expected: bool = True
    """Whether a plan without this file is incomplete."""

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    def get_column(self, name: str) -> Column:
        """Return the column of that name; StopIteration if there is none."""
        return next(column for column in self.columns if column.name == name)


def make_text_column(
    name: str, field: str, description: str, *, required: bool = False, expected: bool = True
) -> Column:
    return Column(name, field, description, required=required, expected=expected)


def make_bilingual_columns(
    name: str,
    field: str,
    description: str,
    *,
    required: bool = False,
    expected: bool = True,
    khmer_expected: bool = True,
) -> Iterator[Column]:
    """Yield the English and the Khmer column of a text; Khmer is never required."""
    yield make_text_column(
        f"{name}_en", f"{field}.en", f"{description}, in English", required=required, expected=expected
    )
    yield make_text_column(
        f"{name}_km", f"{field}.km", f"{description}, in Khmer; blank shows the English", expected=khmer_expected
    )


def make_code_column(description: str) -> Column:
    return Column(
        "code",
        "code",
        f"{description}; letters, digits, . _ and - only, never used again for something else",
        ColumnKind.CODE,
        required=True,
    )


def make_choice_column(
    name: str,
    description: str,
    choices: tuple[str, ...],
    *,
    required: bool = True,
    expected: bool = True,
    field: str = "",
) -> Column:
    return Column(
        name, field or name, description, ColumnKind.CHOICE, required=required, choices=choices, expected=expected
    )


def make_reference_column(name: str, refers_to: str, description: str, *, required: bool = True) -> Column:
    return Column(name, name, description, ColumnKind.REFERENCE, required=required, refers_to=refers_to)


def make_codes_column(name: str, refers_to: str, description: str, *, expected: bool = True) -> Column:
    return Column(name, name, description, ColumnKind.CODES, expected=expected, refers_to=refers_to)


def make_yes_no_column(name: str, description: str) -> Column:
    return Column(name, name, f"{description}: yes or no", ColumnKind.YES_NO, required=True, choices=("yes", "no"))


def make_share_column(name: str, description: str, *, low: int = 0, high: int = 1) -> Column:
    return Column(name, name, f"{description}, as a share of 1 (0.90 is 90 %)", ColumnKind.DECIMAL, low=low, high=high)


def make_enum_column(name: str, enum: type[StrEnum], description: str) -> Column:
    return make_choice_column(name, description, tuple(enum))
