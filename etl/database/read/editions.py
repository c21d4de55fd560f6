"""Read editions. A public-only server needs all of this except `edition_withheld`, which it must not read."""

from sqlalchemy import Connection, Engine, Row, select

from etl.database.dataclass_json import load_dataclass
from etl.database.edition_records import EditionFile, EditionSummary
from etl.database.edition_tables import edition_figures, edition_files, edition_withheld, editions
from etl.indicators.editions import Edition, EditionFigure, FigureKey

_KEY = ("indicator", "part", "site", "period")
_FIGURE_COLUMNS = [column for column in edition_figures.c if column.name not in ("edition", *_KEY)]
_SUMMARY = select(
    editions.c.id,
    editions.c.quarter,
    editions.c.revision,
    editions.c.published_at,
    editions.c.plan_version,
    editions.c.replaces,
    editions.c.changes,
)

_VERSIONS = "SELECT id, changes FROM edition WHERE sealed"


def read_edition_summaries(connection: Connection) -> tuple[EditionSummary, ...]:
    """Return every published edition, newest last."""
    rows = connection.execute(_SUMMARY.where(editions.c.sealed))
    return tuple(sorted((EditionSummary(*row) for row in rows), key=lambda edition: edition.order))


def read_edition_versions(engine: Engine) -> frozenset[tuple[str, int]] | None:
    """Return each edition's id and number of changes, at a fraction of the cost of a transaction.

    Caches of the list compare this on every request. Return None if the database is busy or unreachable: the normal
    read then reports the error.
    """
    try:
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(_VERSIONS)
            return frozenset((name, changes) for name, changes in cursor.fetchall())
        finally:
            connection.close()
    except engine.dialect.loaded_dbapi.Error:
        return None


def find_edition(connection: Connection, name: str) -> Edition | None:
    """Find an edition with its plan, sites, remarks and restatements."""
    text = connection.execute(select(editions.c.contents).where(editions.c.id == name)).scalar_one_or_none()
    return None if text is None else load_dataclass(Edition, text)


def read_edition_figures(connection: Connection, name: str) -> tuple[EditionFigure, ...]:
    """Return the edition's published figures, ordered by key."""
    rows = connection.execute(
        select(*(edition_figures.c[column] for column in _KEY), *_FIGURE_COLUMNS)
        .where(edition_figures.c.edition == name)
        .order_by(*(edition_figures.c[column] for column in _KEY))
    )
    return tuple(sorted((_make_figure(row) for row in rows), key=lambda figure: figure.key))


def read_withheld(connection: Connection, name: str) -> dict[FigureKey, EditionFigure]:
    """Return the true numbers of an edition's withheld figures, by key."""
    columns = (edition_withheld.c.value, edition_withheld.c.numerator, edition_withheld.c.denominator)
    rows = connection.execute(
        select(*(edition_withheld.c[column] for column in _KEY), *columns).where(edition_withheld.c.edition == name)
    )
    figures = {}
    for row in rows:
        key = FigureKey(*row[:4])
        figures[key] = EditionFigure(key, "value", row.value, numerator=row.numerator, denominator=row.denominator)
    return figures


def find_edition_file(connection: Connection, edition: str, path: str) -> EditionFile | None:
    """Find a stored page or download."""
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
    """Return the paths of the edition's files, in order."""
    paths = connection.execute(select(edition_files.c.path).where(edition_files.c.edition == edition))
    return tuple(sorted(paths.scalars()))


def _make_figure(row: Row[tuple[object, ...]]) -> EditionFigure:
    values = dict(row._mapping)
    key = FigureKey(*(values.pop(column) for column in _KEY))
    return EditionFigure(key=key, **values)
