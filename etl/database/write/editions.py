"""Write editions: store and seal them in one transaction, or redact them."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, delete, insert, update

from etl.database.dataclass_json import dump_dataclass
from etl.database.edition_records import EditionFile, NewEdition
from etl.database.edition_tables import edition_figures, edition_files, edition_openings, edition_withheld, editions
from etl.indicators.editions import Edition, EditionFigure

_KEY = ("indicator", "part", "site", "period")


def insert_edition(connection: Connection, new: NewEdition) -> None:
    """Store an edition with its figures and files, and seal it against changes."""
    edition = new.edition
    connection.execute(
        insert(editions).values(
            id=edition.id,
            quarter=edition.quarter,
            revision=edition.revision,
            published_at=new.published_at,
            plan_version=edition.plan_version,
            replaces=edition.replaces,
            sealed=False,
            changes=0,
            contents=dump_dataclass(edition),
        )
    )
    _insert_figures(connection, edition.id, new.figures)
    if new.withheld:
        connection.execute(
            insert(edition_withheld), [_make_withheld_values(edition.id, figure) for figure in new.withheld]
        )
    _insert_files(connection, edition.id, new.files)
    connection.execute(update(editions).where(editions.c.id == edition.id).values(sealed=True))


def replace_edition(
    connection: Connection, edition: Edition, figures: tuple[EditionFigure, ...], files: tuple[EditionFile, ...]
) -> None:
    """Replace the figures and files of a sealed edition; use this only to redact what must not be public."""
    name = edition.id
    connection.execute(insert(edition_openings).values(edition=name))
    for table in (edition_figures, edition_files):
        connection.execute(delete(table).where(table.c.edition == name))
    _insert_figures(connection, name, figures)
    _insert_files(connection, name, files)
    changed = {"contents": dump_dataclass(edition), "changes": editions.c.changes + 1}
    connection.execute(update(editions).where(editions.c.id == name).values(changed))
    connection.execute(delete(edition_openings).where(edition_openings.c.edition == name))


def _insert_figures(connection: Connection, edition: str, figures: tuple[EditionFigure, ...]) -> None:
    if figures:
        connection.execute(insert(edition_figures), [_make_figure_values(edition, figure) for figure in figures])


def _insert_files(connection: Connection, edition: str, files: tuple[EditionFile, ...]) -> None:
    rows = [
        {
            "edition": edition,
            "path": file.path,
            "language": file.language,
            "media_type": file.media_type,
            "data": file.data,
            "pressed": file.compressed,
            "etag": file.etag,
        }
        for file in files
    ]
    if rows:
        connection.execute(insert(edition_files), rows)


def _make_key_values(edition: str, figure: EditionFigure) -> dict[str, Any]:
    return {"edition": edition, **{name: getattr(figure.key, name) for name in _KEY}}


def _make_figure_values(edition: str, figure: EditionFigure) -> dict[str, Any]:
    other_values = {field.name: getattr(figure, field.name) for field in fields(figure) if field.name != "key"}
    return {**_make_key_values(edition, figure), **other_values}


def _make_withheld_values(edition: str, figure: EditionFigure) -> dict[str, Any]:
    numbers = {name: getattr(figure, name) for name in ("value", "numerator", "denominator")}
    return {**_make_key_values(edition, figure), **numbers}
