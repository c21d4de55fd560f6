"""The description of the public JSON addresses, made from the same columns as their answers."""

import json
from typing import Any

from etl.exports.edition.tables import EDITION_TABLES, Column, ColumnType, EditionTable

_TYPES = {
    ColumnType.STRING: "string",
    ColumnType.NUMBER: "number",
    ColumnType.INTEGER: "integer",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.DATE: "string",
}
_ABOUT_TEXTS = ("id", "quarter", "published_on", "as_of", "plan_en", "plan_km", "counted_quarter", "time_gone")
_ABOUT_WORDS = ("replaces", "reason")
_ABOUT_COUNTS = ("revision", "first_year", "last_year", "plan_version", "returns_received", "returns_expected")
_ABOUT_MARKS = ("provisional", "sample_data")


def render_openapi() -> bytes:
    """The file `openapi.json` (OpenAPI 3.1). Addresses are below the server that hands it out."""
    described = {
        "openapi": "3.1.0",
        "info": {
            "title": "CARDEC indicator dashboard: published figures",
            "version": "1",
            "description": "Frozen editions of approved figures. No key is needed, and pages of other sites may ask. "
            "An edition's answer never changes; what must not be public can only be taken out of it, and then says so.",
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/api/v1/editions": {"get": _ask("All editions, newest first", _list_answer())},
            "/api/v1/editions/{id}/figures": {
                "get": _ask("The figures of one edition", {"200": _json("EditionFigures"), "404": _unknown()}, _id())
            },
        },
        "components": {"schemas": _schemas()},
    }
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode()


def _ask(summary: str, answers: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    name = "listEditions" if not parameters else "getEditionFigures"
    asked = {"parameters": list(parameters)} if parameters else {}
    return {"operationId": name, "summary": summary, **asked, "responses": answers}


def _list_answer() -> dict[str, Any]:
    return {"200": _json("EditionList")}


def _json(schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": "The answer", "content": content}


def _unknown() -> dict[str, Any]:
    return {"description": "There is no such edition"}


def _id() -> dict[str, Any]:
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "name of an edition, such as 2025-Q3 or 2025-Q3-r2",
        "schema": {"type": "string", "pattern": "^[0-9]{4}-Q[1-4](-r[0-9]+)?$"},
    }


def _schemas() -> dict[str, Any]:
    tables = {_schema_name(table): _object([_property(column) for column in table.columns]) for table in EDITION_TABLES}
    lists = [
        (table.name, {"type": "array", "items": {"$ref": f"#/components/schemas/{_schema_name(table)}"}})
        for table in EDITION_TABLES
    ]
    whole = _object([("edition", {"$ref": "#/components/schemas/About"}), *lists])
    return {**tables, "About": _about(), "EditionFigures": whole, "EditionList": _edition_list()}


def _schema_name(table: EditionTable) -> str:
    return table.name.removesuffix("s").capitalize()


def _property(column: Column) -> tuple[str, dict[str, Any]]:
    kind: Any = _TYPES[column.kind]
    described: dict[str, Any] = {"description": column.description}
    if column.kind in (ColumnType.NUMBER, ColumnType.INTEGER, ColumnType.DATE):
        kind = [kind, "null"]
    if column.kind is ColumnType.DATE:
        described["format"] = "date"
    return column.name, {"type": kind, **described}


def _object(properties: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    names = [name for name, _ in properties]
    return {"type": "object", "required": names, "properties": dict(properties), "additionalProperties": False}


def _about() -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    found: list[tuple[str, dict[str, Any]]] = [(name, text) for name in (*_ABOUT_TEXTS, *_ABOUT_WORDS)]
    found += [(name, {"type": "integer"}) for name in _ABOUT_COUNTS]
    found += [(name, {"type": "boolean"}) for name in _ABOUT_MARKS]
    found += [("notes", {"type": "array", "items": text})]
    taken = _object([("on", {"type": "string", "format": "date"}), ("what", text), ("why", text)])
    found += [("taken_out", {"type": "array", "items": taken})]
    found += [("states", {"type": "object", "additionalProperties": text})]
    return _object(found)


def _edition_list() -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    one = _object(
        [
            ("id", text),
            ("quarter", text),
            ("published_on", {"type": "string", "format": "date"}),
            ("figures", {"type": "string", "description": "address of its figures"}),
            ("replaced_by", {"type": "string", "description": "blank where nothing replaces it"}),
        ]
    )
    return _object([("editions", {"type": "array", "items": one})])
