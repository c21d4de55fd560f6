"""An edition as a Data Package: its tables as CSV, and a description of them that programs read."""

import io
import json
from datetime import datetime, time
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from etl.exports.edition.about import describe_edition, list_notes
from etl.exports.edition.csv_file import render_table_csv
from etl.exports.edition.tables import EDITION_TABLES, INDICATORS, EditionTable
from etl.indicators.editions import EditionContents


def render_package_descriptor(contents: EditionContents) -> bytes:
    """The file `datapackage.json`, which stands beside the tables that it names."""
    edition = contents.edition
    described: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": f"cardec-edition-{edition.id.lower()}",
        "title": f"{contents.plan.settings.name.en}: edition {edition.id}",
        "description": " ".join(list_notes(contents)),
        "version": edition.id,
        "created": datetime.combine(edition.published_on, time()).isoformat() + "Z",
        "edition": describe_edition(contents),
        "resources": [_resource(table) for table in EDITION_TABLES],
    }
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode()


def render_package_zip(contents: EditionContents) -> bytes:
    """The description and every table in one file."""
    files = {"datapackage.json": render_package_descriptor(contents)}
    files |= {f"{table.name}.csv": render_table_csv(table, contents) for table in EDITION_TABLES}
    day = contents.edition.published_on
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name, data in files.items():
            entry = ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


def _resource(table: EditionTable) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": _schema(table),
    }


def _schema(table: EditionTable) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [
            {"name": column.name, "type": column.kind.value, "description": column.description}
            for column in table.columns
        ],
        "missingValues": [""],
    }
    if len(table.key) == 1:
        # A key of several columns would forbid blanks in them, and a blank part or site is the total.
        schema["primaryKey"] = list(table.key)
    if table.indicator_column:
        refers = {"resource": INDICATORS.name, "fields": ["code"]}
        schema["foreignKeys"] = [{"fields": [table.indicator_column], "reference": refers}]
    return schema
