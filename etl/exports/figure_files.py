"""Write frames of figures as files for other programs: CSV, a workbook and Parquet."""

from io import BytesIO

from pandas import DataFrame

from etl.errors import CardecError
from etl.exports.csv_text import escape_formula, escape_text
from etl.exports.edition.tables import FIGURES, ColumnType, EditionTable
from etl.exports.frames import edition_frame, format_numbers, pivot_figures
from etl.indicators.editions import EditionContents

_COLUMNS = (
    "indicator", "objective", "name", "unit", "sites", "period", "judged_period", "actual", "reported", "of",
    "target", "baseline", "baseline_for_period", "counted_quarter", "counted", "expected", "achievement", "progress",
    "headline_rule", "headline", "pace", "rating", "over_target", "target_revised", "numerator", "denominator",
    "missing", "carried", "plan_version", "province", "actual_stage", "target_stage", "participations", "part",
)  # fmt: skip
_TYPES = {ColumnType.NUMBER: "float64", ColumnType.INTEGER: "Int64", ColumnType.BOOLEAN: "boolean"}


class ParquetError(CardecError):
    """The package that writes Parquet is not installed."""


def render_figures_csv(values: DataFrame) -> str:
    """Return one row for each figure, for programs: without a byte order mark."""
    return str(_make_table(values).map(escape_formula).to_csv(index=False, lineterminator="\r\n"))


def render_figures_workbook(values: DataFrame) -> bytes:
    """Return a workbook with the rows of the CSV file.

    Numbers are numbers, to the 15 digits that a spreadsheet keeps; where there is none, the cell has the reason.
    """
    measures = [name for name in values["measure"].unique() if name in _COLUMNS]
    table = _make_table(values)
    table[measures] = table[measures].map(_convert_number)
    out = BytesIO()
    table.map(_escape_cell).to_excel(out, sheet_name="Figures", index=False, freeze_panes=(1, 1), engine="openpyxl")
    return out.getvalue()


def render_figures_parquet(values: DataFrame) -> bytes:
    """Return the frame as Parquet: `number` in floating point, for other programs, and `exact` as text.

    Raises ParquetError where pyarrow is not installed.
    """
    numbers = values["number"].astype("float64")
    return _render_parquet(values.assign(number=numbers, exact=format_numbers(values)))


def render_edition_parquet(contents: EditionContents, table: EditionTable = FIGURES) -> bytes:
    """Return a table of an edition as Parquet. Numbers are in floating point; the CSV file has the exact ones."""
    types = {column.name: _TYPES[column.kind] for column in table.columns if column.kind in _TYPES}
    return _render_parquet(edition_frame(contents, table).astype(types))


def _render_parquet(frame: DataFrame) -> bytes:
    try:
        return bytes(frame.to_parquet(index=False))
    except ImportError as error:
        raise ParquetError("Parquet files need the package pyarrow. Install it with: pip install pyarrow") from error


def _make_table(values: DataFrame) -> DataFrame:
    return pivot_figures(values).reindex(columns=list(_COLUMNS), fill_value="")


def _convert_number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def _escape_cell(cell: object) -> object:
    return escape_text(cell) if isinstance(cell, str) else cell
