"""Export an edition as a Data Package: CSV tables with a descriptor (https://datapackage.org)."""

import io
import json
from datetime import datetime, time
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from etl.exports.edition.about import describe_edition, is_mail_address, list_notes
from etl.exports.edition.csv_file import render_table_csv
from etl.exports.edition.tables import EDITION_TABLES, INDICATORS, EditionTable
from etl.indicators.editions import EditionContents
from etl.indicators.periods import CAMBODIA
from etl.publisher import LICENCES


def render_package_descriptor(contents: EditionContents) -> bytes:
    """Return the descriptor `datapackage.json`, which lies beside the tables."""
    edition = contents.edition
    descriptor: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": f"cardec-edition-{edition.id.lower()}",
        "title": f"{contents.plan.settings.name.en}: edition {edition.id}",
        "description": " ".join(list_notes(contents)),
        "version": edition.id,
        "created": datetime.combine(edition.published_on, time(), CAMBODIA).isoformat(),
        "sources": [{"title": "Quarterly returns of the sites, as approved"}],
        "contributors": [_make_publisher(contents)],
        **_make_licences(contents),
        "edition": describe_edition(contents),
        "resources": [_make_resource(table) for table in EDITION_TABLES],
    }
    return (json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n").encode()


def render_package_zip(contents: EditionContents) -> bytes:
    """Return the descriptor and every table in one ZIP file."""
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


def _make_publisher(contents: EditionContents) -> dict[str, str]:
    contact = contents.edition.contact
    details = {"email" if is_mail_address(contact) else "path": contact} if contact else {}
    return {"title": "CARDEC", "role": "publisher", **details}


def _make_licences(contents: EditionContents) -> dict[str, list[dict[str, str]]]:
    """Return the property `licenses`; nothing without a licence, since it must not be empty."""
    licence = contents.edition.licence
    return {"licenses": [{"name": licence, "path": LICENCES[licence]}]} if licence in LICENCES else {}


def _make_resource(table: EditionTable) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": _make_schema(table),
    }


def _make_schema(table: EditionTable) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [
            {"name": column.name, "type": column.kind.value, "description": column.description}
            for column in table.columns
        ],
        "missingValues": [""],
    }
    if len(table.key) == 1:
        # Columns of a primary key must not be blank, but a blank part or site means the total.
        schema["primaryKey"] = list(table.key)
    if table.indicator_column:
        reference = {"resource": INDICATORS.name, "fields": ["code"]}
        schema["foreignKeys"] = [{"fields": [table.indicator_column], "reference": reference}]
    return schema
