"""Reading editions: all that a donors-only server needs, and from `edition_withheld` what it must not read."""

from sqlalchemy import Connection, Engine, Row, select

from etl.database.dataclass_json import load_dataclass
from etl.database.edition_records import EditionFile, EditionSummary
from etl.database.edition_tables import edition_figures, edition_files, edition_withheld, editions
from etl.indicators.editions import Edition, EditionFigure, FigureKey

_KEY = ("indicator", "part", "site", "period")
_SHOWN = [column for column in edition_figures.c if column.name not in ("edition", *_KEY)]
_LINE = select(
    editions.c.id,
    editions.c.quarter,
    editions.c.revision,
    editions.c.published_at,
    editions.c.plan_version,
    editions.c.replaces,
    editions.c.changes,
)

_MARKS = "SELECT id, changes FROM edition WHERE sealed"


def read_edition_summaries(connection: Connection) -> tuple[EditionSummary, ...]:
    """Every published edition, the newest last."""
    rows = connection.execute(_LINE.where(editions.c.sealed))
    return tuple(sorted((EditionSummary(*row) for row in rows), key=lambda one: one.order))


def read_edition_versions(engine: Engine) -> frozenset[tuple[str, int]] | None:
    """Which editions there are and how often each was changed, at a fraction of the cost of a transaction.

    For who keeps the list and asks with every request whether it still holds. None where the database is busy or
    away: the list is then read in the usual way, which says so.
    """
    try:
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(_MARKS)
            return frozenset((name, changes) for name, changes in cursor.fetchall())
        finally:
            connection.close()
    except engine.dialect.loaded_dbapi.Error:
        return None


def find_edition(connection: Connection, name: str) -> Edition | None:
    """What the edition stands on: plan, sites, remarks, restatements."""
    text = connection.execute(select(editions.c.contents).where(editions.c.id == name)).scalar_one_or_none()
    return None if text is None else load_dataclass(Edition, text)


def read_edition_figures(connection: Connection, name: str) -> tuple[EditionFigure, ...]:
    """The edition's figures as the public has them, by key."""
    rows = connection.execute(
        select(*(edition_figures.c[one] for one in _KEY), *_SHOWN)
        .where(edition_figures.c.edition == name)
        .order_by(*(edition_figures.c[one] for one in _KEY))
    )
    return tuple(sorted((_figure(row) for row in rows), key=lambda one: one.key))


def read_withheld(connection: Connection, name: str) -> dict[FigureKey, EditionFigure]:
    """The true numbers of an edition's withheld figures, by key."""
    columns = (edition_withheld.c.value, edition_withheld.c.numerator, edition_withheld.c.denominator)
    rows = connection.execute(
        select(*(edition_withheld.c[one] for one in _KEY), *columns).where(edition_withheld.c.edition == name)
    )
    found = {}
    for row in rows:
        key = FigureKey(*row[:4])
        found[key] = EditionFigure(key, "value", row.value, numerator=row.numerator, denominator=row.denominator)
    return found


def find_edition_file(connection: Connection, edition: str, path: str) -> EditionFile | None:
    """One stored page or download."""
    row = connection.execute(
        select(
            edition_files.c.path,
            edition_files.c.language,
            edition_files.c.media_type,
            edition_files.c.data,
            edition_files.c.pressed,
            edition_files.c.etag,
        ).where(edition_files.c.edition == edition, edition_files.c.path == path)
    ).one_or_none()
    return None if row is None else EditionFile(*row)


def read_edition_paths(connection: Connection, edition: str) -> tuple[str, ...]:
    """The paths of all of the edition's files, in order."""
    found = connection.execute(select(edition_files.c.path).where(edition_files.c.edition == edition))
    return tuple(sorted(found.scalars()))


def _figure(row: Row[tuple[object, ...]]) -> EditionFigure:
    values = dict(row._mapping)
    key = FigureKey(*(values.pop(one) for one in _KEY))
    return EditionFigure(key=key, **values)
