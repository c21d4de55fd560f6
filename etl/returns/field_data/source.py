"""Sources of field data: a form and the numbers that are counted from it, read from a TOML file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from etl.errors import TranslatableError
from etl.locale import N_
from etl.remote.field_platforms import Platform
from etl.remote.http_client import find_url_problem


class SourceError(TranslatableError):
    """The source does not exist or its file is invalid."""


class Take(StrEnum):
    """How submissions become a number."""

    COUNT = "count"
    SUM = "sum"
    DISTINCT = "distinct"
    """The number of different values of a field."""


@dataclass(frozen=True, kw_only=True)
class FieldNumber:
    """One number of a return and how it is counted."""

    key: str
    """The key of its row in the form, such as `SO3-01/sex/women`."""
    take: Take
    field: str = ""
    """The field that is added up, or whose different values are counted."""
    repeat: str = ""
    """The repeated group whose rows are counted instead of whole submissions."""
    where: Mapping[str, tuple[str, ...]]
    """The values that fields must have."""


@dataclass(frozen=True, kw_only=True)
class FieldSource:
    """A form, the fields that say where and when, and its numbers."""

    name: str
    title: str
    platform: Platform
    server: str
    form: str
    project: int
    site_field: str
    date_field: str
    sites: Mapping[str, str]
    """Codes of sites by the form's own values."""
    numbers: tuple[FieldNumber, ...]


def list_source_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the sources."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def read_source(folder: Path, name: str) -> FieldSource:
    """Read a source by name. Raises SourceError."""
    if name not in list_source_names(folder):
        raise SourceError(N_("There is no source of field data named {name}."), name=name)
    try:
        return parse_source(name, tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        raise SourceError(N_("The file {name}.toml has an error: {reason}."), name=name, reason=reason) from error


def parse_source(name: str, fields: Mapping[str, Any]) -> FieldSource:
    """Build a source from the fields of its file. Raises ValueError for an unknown or invalid field."""
    known = {"title", "platform", "server", "form", "project", "site", "date", "sites", "numbers"}
    _refuse_unknown(fields, known, "the file")
    server = str(fields["server"]).rstrip("/")
    problem = find_url_problem(server)
    if problem:
        raise ValueError(f"server {server!r} can't be used: {problem}")
    platform = Platform(fields["platform"])
    source = FieldSource(
        name=name,
        title=str(fields.get("title", name)),
        platform=platform,
        server=server,
        form=_read_text(fields, "form"),
        project=int(fields["project"]) if platform is Platform.ODK else 0,
        site_field=_read_text(fields, "site"),
        date_field=_read_text(fields, "date"),
        sites={str(value): str(code) for value, code in fields.get("sites", {}).items()},
        numbers=tuple(_parse_number(number) for number in fields["numbers"]),
    )
    keys = [number.key for number in source.numbers]
    if not keys or len(set(keys)) < len(keys):
        raise ValueError("[[numbers]] must name each key once")
    return source


def _parse_number(fields: Mapping[str, Any]) -> FieldNumber:
    _refuse_unknown(fields, {"key", "take", "field", "repeat", "where"}, "[[numbers]]")
    number = FieldNumber(
        key=_read_text(fields, "key"),
        take=Take(fields.get("take", "count")),
        field=str(fields.get("field", "")),
        repeat=str(fields.get("repeat", "")),
        where={str(name): _read_values(values) for name, values in fields.get("where", {}).items()},
    )
    if bool(number.field) is (number.take is Take.COUNT):
        raise ValueError(f"{number.key}: `field` belongs to sum and distinct, which need it")
    return number


def _read_text(fields: Mapping[str, Any], name: str) -> str:
    text = fields[name]
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"{name} must be a text")
    return text.strip()


def _read_values(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values) if isinstance(values, list) else (str(values),)


def _refuse_unknown(fields: Mapping[str, Any], known: set[str], place: str) -> None:
    unknown = set(fields) - known
    if unknown:
        raise ValueError(f"{place} has {', '.join(sorted(unknown))}, which no source has")
