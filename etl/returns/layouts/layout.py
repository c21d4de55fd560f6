"""A layout: the words by which a kind of table is known, read from a file in `data/layouts`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from etl.errors import CardecError

LAYOUTS_FOLDER = Path(__file__).resolve().parents[3] / "data" / "layouts"


class LayoutError(CardecError):
    """There is no such layout, or its file can't be followed; the sentence says why."""


class LayoutKind(StrEnum):
    """A row for each value, or a row for each indicator with quarters or years across."""

    LONG = "long"
    WIDE = "wide"


class ColumnRole(StrEnum):
    """What a column of a table holds."""

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
    """What a layout may give other names to."""

    INDICATOR = "indicator"
    PART = "part"
    SITE = "site"
    UNIT = "unit"


@dataclass(frozen=True)
class Layout:
    """One layout. Words are compared without regard to case, spaces and Khmer spelling."""

    name: str
    kind: LayoutKind
    about: str = ""
    columns: Mapping[ColumnRole, tuple[str, ...]] = field(default_factory=dict)
    """What stands above each column, in any language."""
    value_headings: tuple[str, ...] = ()
    """What may stand above or below a period for the column of values to be that period's: `actual`, `achieved`."""
    total_headings: tuple[str, ...] = ()
    """What marks the column of a whole year beside its quarters."""
    ignored_headings: tuple[str, ...] = ()
    """Headings of columns that are left aside without a word: targets, percentages, baselines."""
    aliases: Mapping[AliasKind, Mapping[str, str]] = field(default_factory=dict)
    """Other names: of indicators and sites to their code, of parts to the part's key, of units to the plan's word."""

    def find_role(self, heading: str, matches: Any) -> ColumnRole | None:
        return next((role for role, words in self.columns.items() if matches(heading, words)), None)


def list_layout_names() -> tuple[str, ...]:
    """The layouts that are there, by name."""
    return tuple(sorted(path.stem for path in LAYOUTS_FOLDER.glob("*.toml")))


def read_layout(name: str) -> Layout:
    """The layout of that name; LayoutError for none, or for a file with a fault."""
    path = LAYOUTS_FOLDER / f"{name}.toml"
    if name not in list_layout_names():
        raise LayoutError(f"There is no layout {name!r}. There are: {', '.join(list_layout_names())}.")
    try:
        return parse_layout(name, tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise LayoutError(f"The layout {name} has a fault: {fault}") from fault


def parse_layout(name: str, fields: Mapping[str, Any]) -> Layout:
    """The layout that a file's facts say; ValueError for a word that no layout has."""
    unknown = set(fields) - {"kind", "about", "columns", "values", "totals", "aside", "aliases"}
    if unknown:
        raise ValueError(f"it says {', '.join(sorted(unknown))}, which no layout has")
    layout = Layout(
        name=name,
        kind=LayoutKind(fields["kind"]),
        about=str(fields.get("about", "")),
        columns={ColumnRole(role): _words(words) for role, words in fields.get("columns", {}).items()},
        value_headings=_words(fields.get("values", ())),
        total_headings=_words(fields.get("totals", ())),
        ignored_headings=_words(fields.get("aside", ())),
        aliases={
            AliasKind(of): {str(other): str(code) for other, code in names.items()}
            for of, names in fields.get("aliases", {}).items()
        },
    )
    if not {ColumnRole.CODE, ColumnRole.INDICATOR} & layout.columns.keys():
        raise ValueError("it names no column for the indicator's code or name")
    return layout


def _words(words: Any) -> tuple[str, ...]:
    if isinstance(words, str):
        raise ValueError(f"{words!r} must stand in brackets")
    return tuple(str(word) for word in words)


def layout_to_toml(layout: Layout) -> str:
    """The layout as a file, for a person to save and mend."""
    lines = [f'kind = "{layout.kind}"', f"about = {_quoted(layout.about)}", ""]
    lines += [
        f"{name} = [{', '.join(map(_quoted, words))}]"
        for name, words in (
            ("values", layout.value_headings),
            ("totals", layout.total_headings),
            ("aside", layout.ignored_headings),
        )
        if words
    ]
    lines += ["", "[columns]"]
    lines += [f"{role} = [{', '.join(map(_quoted, words))}]" for role, words in layout.columns.items()]
    for of, names in layout.aliases.items():
        lines += ["", f"[aliases.{of}]", *(f"{_quoted(other)} = {_quoted(code)}" for other, code in names.items())]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(one if one.isprintable() or one == "\u200b" else " " for one in escaped) + '"'
