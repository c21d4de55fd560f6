"""The OpenAPI description of the public JSON API, built from the columns of the edition tables."""

import json
from typing import Any

from etl.exports.edition.chosen_figures import FILTERS
from etl.exports.edition.tables import EDITION_TABLES, Column, ColumnType, EditionTable

_TYPES = {
    ColumnType.STRING: "string",
    ColumnType.NUMBER: "number",
    ColumnType.INTEGER: "integer",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.DATE: "string",
}
_ABOUT_TEXTS = ("id", "quarter", "published_on", "as_of", "plan_en", "plan_km", "counted_quarter", "time_gone")
_ABOUT_NOTES = ("replaces", "reason")
_LATER_TEXTS = ("licence", "contact")
"""What editions published before these existed do not have."""
_ABOUT_COUNTS = ("revision", "first_year", "last_year", "plan_version", "returns_received", "returns_expected")
_ABOUT_FLAGS = ("provisional", "sample_data")


def render_openapi(address: str = "/") -> bytes:
    """Return the file `openapi.json` (OpenAPI 3.1). Paths are relative to the address of the server."""
    description = {
        "openapi": "3.1.0",
        "info": {
            "title": "CARDEC indicator dashboard: published figures",
            "version": "1",
            "description": "Editions of approved figures. No API key is needed, and other sites may send requests. "
            "The response of an edition changes only where a figure must not be public; its state then says so.",
        },
        "servers": [{"url": address.rstrip("/") or "/"}],
        "paths": {
            "/api/v1/editions": {"get": _make_operation("All editions, newest first", _list_responses())},
            "/api/v1/editions/{id}/figures": {
                "get": _make_operation(
                    "The figures of one edition",
                    {
                        "200": _make_json_content("EditionFigures"),
                        **_make_other_responses(),
                    },
                    _make_id_parameter(),
                    *_list_filter_parameters(),
                )
            },
            "/api/v1/editions/{id}/figures.csv": {
                "get": {
                    "operationId": "getEditionFiguresAsCsv",
                    "summary": "The figures of one edition as CSV",
                    "parameters": [_make_id_parameter(), *_list_filter_parameters()],
                    "responses": {
                        "200": {
                            "description": "The columns of the schema Figure",
                            "content": {"text/csv": {"schema": {"type": "string"}}},
                        },
                        **_make_other_responses(),
                    },
                }
            },
        },
        "components": {"schemas": _make_schemas()},
    }
    return (json.dumps(description, ensure_ascii=False, indent=2) + "\n").encode()


def _make_operation(summary: str, responses: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    name = "listEditions" if not parameters else "getEditionFigures"
    with_parameters = {"parameters": list(parameters)} if parameters else {}
    return {"operationId": name, "summary": summary, **with_parameters, "responses": responses}


def _list_responses() -> dict[str, Any]:
    return {"200": _make_json_content("EditionList")}


def _make_json_content(schema: str, description: str = "The response") -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}


def _make_other_responses() -> dict[str, Any]:
    """Return the responses of figures besides the figures."""
    location = {"Location": {"required": True, "schema": {"type": "string"}}}
    return {
        "302": {"description": "`latest` leads to the newest edition, with the same parameters", "headers": location},
        "400": _make_json_content("Error", "There is no such parameter, or the edition doesn't have its value"),
        "404": _make_json_content("Error", "There is no such edition"),
        "503": _make_json_content("Error", "The database is busy or away; try again in a moment"),
    }


def _list_filter_parameters() -> list[dict[str, Any]]:
    schema = {"type": "array", "items": {"type": "string"}}
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": f"{description}. Repeat it for any of several values.",
            "schema": schema,
            "explode": True,
            "allowEmptyValue": True,
        }
        for name, description in FILTERS.items()
    ]


def _make_id_parameter() -> dict[str, Any]:
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "name of an edition, such as 2025-Q3 or 2025-Q3-r2, or `latest`",
        "schema": {"type": "string", "pattern": "^(latest|[0-9]{4}-Q[1-4](-r[0-9]+)?)$"},
    }


def _make_schemas() -> dict[str, Any]:
    tables = {
        _make_schema_name(table): _make_object([_make_property(column) for column in table.columns])
        for table in EDITION_TABLES
    }
    lists = [
        (table.name, {"type": "array", "items": {"$ref": f"#/components/schemas/{_make_schema_name(table)}"}})
        for table in EDITION_TABLES
    ]
    edition_schema = _make_object([("edition", {"$ref": "#/components/schemas/About"}), *lists])
    return {
        **tables,
        "About": _make_info(),
        "EditionFigures": edition_schema,
        "EditionList": _make_edition_list(),
        "Error": _make_error(),
    }


def _make_schema_name(table: EditionTable) -> str:
    return table.name.removesuffix("s").capitalize()


def _make_property(column: Column) -> tuple[str, dict[str, Any]]:
    kind: Any = _TYPES[column.kind]
    schema: dict[str, Any] = {"description": column.description}
    if column.kind in (ColumnType.NUMBER, ColumnType.INTEGER, ColumnType.DATE):
        kind = [kind, "null"]
    if column.kind is ColumnType.DATE:
        schema["format"] = "date"
    return column.name, {"type": kind, **schema}


def _make_object(properties: list[tuple[str, dict[str, Any]]], *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    names = [name for name, _ in properties if name not in optional]
    return {"type": "object", "required": names, "properties": dict(properties), "additionalProperties": False}


def _make_info() -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    properties: list[tuple[str, dict[str, Any]]] = [
        (name, text) for name in (*_ABOUT_TEXTS, *_ABOUT_NOTES, *_LATER_TEXTS)
    ]
    properties += [(name, {"type": "integer"}) for name in _ABOUT_COUNTS]
    properties += [(name, {"type": "boolean"}) for name in _ABOUT_FLAGS]
    properties += [("notes", {"type": "array", "items": text})]
    redaction = _make_object([("on", {"type": "string", "format": "date"}), ("what", text), ("why", text)])
    properties += [("taken_out", {"type": "array", "items": redaction})]
    properties += [("states", {"type": "object", "additionalProperties": text})]
    return _make_object(properties, optional=_LATER_TEXTS)


def _make_error() -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    editions = {"type": "array", "items": text, "description": "the editions that there are"}
    reference = {**text, "description": "names the line of the server's log"}
    return _make_object(
        [("error", text), ("editions", editions), ("reference", reference)], optional=("editions", "reference")
    )


def _make_edition_list() -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    edition = _make_object(
        [
            ("id", text),
            ("quarter", text),
            ("published_on", {"type": "string", "format": "date"}),
            ("figures", {"type": "string", "description": "address of its figures"}),
            ("replaced_by", {"type": "string", "description": "blank where nothing replaces it"}),
        ]
    )
    return _make_object([("editions", {"type": "array", "items": edition})])
