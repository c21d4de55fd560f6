"""Layouts describe a kind of table by its headings. They are read from TOML files in `data/layouts`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from etl.errors import CardecError, UnknownNameError
from etl.returns.layouts.table_periods import FiscalYear

LAYOUTS_FOLDER = Path(__file__).resolve().parents[3] / "data" / "layouts"


class LayoutError(CardecError):
    """The layout does not exist or its file is invalid; the message says why."""


class UnknownLayoutError(LayoutError, UnknownNameError):
    """There is no layout of this name."""


class LayoutKind(StrEnum):
    """LONG has a row for each value; WIDE has a row for each indicator, with quarters or years as columns."""

    LONG = "long"
    WIDE = "wide"


class ColumnRole(StrEnum):
    """What a column contains."""

    CODE = "code"
    INDICATOR = "indicator"
    PART = "part"
    SITE = "site"
    UNIT = "unit"
    NOTE = "note"
    YEAR = "year"
    QUARTER = "quarter"
    PERIOD = "period"
    VALUE = "value"


class AliasKind(StrEnum):
    """What a layout can define aliases for."""

    INDICATOR = "indicator"
    PART = "part"
    SITE = "site"
    UNIT = "unit"


@dataclass(frozen=True)
class Layout:
    """A layout. Headings are compared ignoring case, spaces and variants of Khmer spelling."""

    name: str
    kind: LayoutKind
    about: str = ""
    columns: Mapping[ColumnRole, tuple[str, ...]] = field(default_factory=dict)
    """Headings of each column, in any language."""
    value_headings: tuple[str, ...] = ()
    """Headings beside a period that mark a column of results: `actual`, `achieved`."""
    total_headings: tuple[str, ...] = ()
    """Headings that mark the total of a year beside its quarters."""
    ignored_headings: tuple[str, ...] = ()
    """Headings of columns that are ignored without a finding: targets, percentages, baselines."""
    fiscal_year: FiscalYear | None = None
    """How headings such as `FY2025 Q1` count; without it they are refused."""
    aliases: Mapping[AliasKind, Mapping[str, str]] = field(default_factory=dict)
    """Aliases: of indicators and sites to their codes, of parts to their keys, of units to the plan's unit."""

    def find_role(self, heading: str, matches: Any) -> ColumnRole | None:
        return next((role for role, headings in self.columns.items() if matches(heading, headings)), None)


def list_layout_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in LAYOUTS_FOLDER.glob("*.toml")))


def read_layout(name: str) -> Layout:
    """Read a layout by name. Raises UnknownLayoutError if it does not exist, LayoutError if it is invalid."""
    path = LAYOUTS_FOLDER / f"{name}.toml"
    if name not in list_layout_names():
        raise UnknownLayoutError(f"There is no layout {name!r}. There are: {', '.join(list_layout_names())}.")
    try:
        return parse_layout(name, tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LayoutError(f"The layout {name} has a fault: {error}") from error


def parse_layout(name: str, fields: Mapping[str, Any]) -> Layout:
    """Build a layout from the fields of its file. Raises ValueError for an unknown or invalid field."""
    unknown = set(fields) - {"kind", "about", "columns", "values", "totals", "aside", "fiscal_year", "aliases"}
    if unknown:
        raise ValueError(f"it says {', '.join(sorted(unknown))}, which no layout has")
    layout = Layout(
        name=name,
        kind=LayoutKind(fields["kind"]),
        about=str(fields.get("about", "")),
        columns={ColumnRole(role): _read_headings(headings) for role, headings in fields.get("columns", {}).items()},
        value_headings=_read_headings(fields.get("values", ())),
        total_headings=_read_headings(fields.get("totals", ())),
        ignored_headings=_read_headings(fields.get("aside", ())),
        fiscal_year=_read_fiscal_year(fields.get("fiscal_year")),
        aliases={
            AliasKind(kind): {str(alias): str(code) for alias, code in names.items()}
            for kind, names in fields.get("aliases", {}).items()
        },
    )
    if not {ColumnRole.CODE, ColumnRole.INDICATOR} & layout.columns.keys():
        raise ValueError("it names no column for the indicator's code or name")
    return layout


def _read_headings(headings: Any) -> tuple[str, ...]:
    if isinstance(headings, str):
        raise ValueError(f"{headings!r} must stand in brackets")
    return tuple(str(heading) for heading in headings)


def _read_fiscal_year(fields: Mapping[str, Any] | None) -> FiscalYear | None:
    if fields is None:
        return None
    first_month, named_after = fields.get("first_month", 0), fields.get("named_after", "end")
    if first_month not in range(1, 13) or named_after not in ("end", "start") or len(fields) > 2:
        raise ValueError('fiscal_year must look like { first_month = 10, named_after = "end" } (or "start")')
    return FiscalYear(int(first_month), named_after == "end")


def format_layout(layout: Layout) -> str:
    """Format the layout as TOML, to be saved and edited."""
    lines = [f'kind = "{layout.kind}"', f"about = {_quote(layout.about)}", ""]
    lines += [
        f"{name} = [{', '.join(map(_quote, texts))}]"
        for name, texts in (
            ("values", layout.value_headings),
            ("totals", layout.total_headings),
            ("aside", layout.ignored_headings),
        )
        if texts
    ]
    if layout.fiscal_year is not None:
        named_after = "end" if layout.fiscal_year.is_named_after_end else "start"
        lines.append(
            f'fiscal_year = {{ first_month = {layout.fiscal_year.first_month}, named_after = "{named_after}" }}'
        )
    lines += ["", "[columns]"]
    lines += [f"{role} = [{', '.join(map(_quote, texts))}]" for role, texts in layout.columns.items()]
    for kind, names in layout.aliases.items():
        lines += ["", f"[aliases.{kind}]", *(f"{_quote(alias)} = {_quote(code)}" for alias, code in names.items())]
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"'
        + "".join(character if character.isprintable() or character == "\u200b" else " " for character in escaped)
        + '"'
    )
