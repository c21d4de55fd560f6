"""A layout: the words by which a kind of table is known, read from a file in `data/layouts`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from etl.errors import CardecError

LAYOUTS = Path(__file__).resolve().parents[3] / "data" / "layouts"


class LayoutError(CardecError):
    """There is no such layout, or its file can't be followed; the sentence says why."""


class Kind(StrEnum):
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


class Alias(StrEnum):
    """What a layout may give other names to."""

    INDICATOR = "indicator"
    PART = "part"
    SITE = "site"
    UNIT = "unit"


@dataclass(frozen=True)
class Layout:
    """One layout. Words are compared without regard to case, spaces and Khmer spelling."""

    name: str
    kind: Kind
    about: str = ""
    columns: Mapping[ColumnRole, tuple[str, ...]] = field(default_factory=dict)
    """What stands above each column, in any language."""
    values: tuple[str, ...] = ()
    """What may stand above or below a period for the column of values to be that period's: `actual`, `achieved`."""
    totals: tuple[str, ...] = ()
    """What marks the column of a whole year beside its quarters."""
    aside: tuple[str, ...] = ()
    """Headings of columns that are left aside without a word: targets, percentages, baselines."""
    aliases: Mapping[Alias, Mapping[str, str]] = field(default_factory=dict)
    """Other names: of indicators and sites to their code, of parts to the part's key, of units to the plan's word."""

    def role_of(self, heading: str, is_one_of: Any) -> ColumnRole | None:
        return next((role for role, words in self.columns.items() if is_one_of(heading, words)), None)


def layout_names() -> tuple[str, ...]:
    """The layouts that are there, by name."""
    return tuple(sorted(path.stem for path in LAYOUTS.glob("*.toml")))


def read_layout(name: str) -> Layout:
    """The layout of that name; LayoutError for none, or for a file with a fault."""
    path = LAYOUTS / f"{name}.toml"
    if name not in layout_names():
        raise LayoutError(f"There is no layout {name!r}. There are: {', '.join(layout_names())}.")
    try:
        return parse_layout(name, tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise LayoutError(f"The layout {name} has a fault: {fault}") from fault


def parse_layout(name: str, facts: Mapping[str, Any]) -> Layout:
    """The layout that a file's facts say; ValueError for a word that no layout has."""
    unknown = set(facts) - {"kind", "about", "columns", "values", "totals", "aside", "aliases"}
    if unknown:
        raise ValueError(f"it says {', '.join(sorted(unknown))}, which no layout has")
    layout = Layout(
        name=name,
        kind=Kind(facts["kind"]),
        about=str(facts.get("about", "")),
        columns={ColumnRole(role): _words(words) for role, words in facts.get("columns", {}).items()},
        values=_words(facts.get("values", ())),
        totals=_words(facts.get("totals", ())),
        aside=_words(facts.get("aside", ())),
        aliases={
            Alias(of): {str(other): str(code) for other, code in names.items()}
            for of, names in facts.get("aliases", {}).items()
        },
    )
    if not {ColumnRole.CODE, ColumnRole.INDICATOR} & layout.columns.keys():
        raise ValueError("it names no column for the indicator's code or name")
    return layout


def _words(words: Any) -> tuple[str, ...]:
    if isinstance(words, str):
        raise ValueError(f"{words!r} must stand in brackets")
    return tuple(str(word) for word in words)


def as_toml(layout: Layout) -> str:
    """The layout as a file, for a person to save and mend."""
    lines = [f'kind = "{layout.kind}"', f"about = {_quoted(layout.about)}", ""]
    lines += [
        f"{name} = [{', '.join(map(_quoted, words))}]"
        for name, words in (("values", layout.values), ("totals", layout.totals), ("aside", layout.aside))
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
