"""The OpenAPI description of the API, built from the columns of the edition tables."""

import json
from typing import Any

from etl.exports.edition.chosen_figures import FILTERS
from etl.exports.edition.tables import EDITION_TABLES, Column, ColumnType, EditionTable
from etl.exports.live_figures import LIVE_PATH, LIVE_TABLES, UNAPPROVED, UNAPPROVED_VALUES

_TYPES = {
    ColumnType.STRING: "string",
    ColumnType.NUMBER: "number",
    ColumnType.INTEGER: "integer",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.DATE: "string",
}
_ABOUT_TEXTS = ("id", "quarter", "published_on", "as_of", "plan_en", "plan_km", "counted_quarter", "time_gone")
_LIVE_TEXTS = ("quarter", "as_of", "plan_en", "plan_km", "counted_quarter", "time_gone")
_TOKEN = "apiToken"
_ABOUT_NOTES = ("replaces", "reason")
_LATER_TEXTS = ("licence", "contact")
"""What editions published before these existed do not have."""
_ABOUT_COUNTS = ("revision", "first_year", "last_year", "plan_version", "returns_received", "returns_expected")
_ABOUT_FLAGS = ("provisional", "sample_data")


def render_openapi(address: str = "/", *, has_live_figures: bool = True) -> bytes:
    """Return the file `openapi.json` (OpenAPI 3.1). Paths are relative to the address of the server.

    A server of public pages only has no live figures.
    """
    description = {
        "openapi": "3.1.0",
        "info": {
            "title": "CARDEC indicator dashboard",
            "version": "1",
            "description": "Editions of approved figures: no token is needed, and other sites may send requests. "
            "The response of an edition changes only where a figure must not be public; its state then says so. "
            "Staff read the present figures with a token of their account page.",
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
            **(_make_live_paths() if has_live_figures else {}),
        },
        "components": {
            "schemas": _make_schemas(),
            "securitySchemes": {_TOKEN: {"type": "http", "scheme": "bearer", "description": "an API token"}},
        },
    }
    return (json.dumps(description, ensure_ascii=False, indent=2) + "\n").encode()


def _make_live_paths() -> dict[str, Any]:
    """Return the addresses of the present figures, which a token opens."""
    csv = {"description": "The columns of the schema Figure", "content": {"text/csv": {"schema": {"type": "string"}}}}
    contents = {"": _make_json_content("LiveFigures"), ".csv": csv}
    names = {"": "getLiveFigures", ".csv": "getLiveFiguresAsCsv"}
    return {
        f"{LIVE_PATH}{ending}": {
            "get": {
                "operationId": names[ending],
                "summary": "The present figures, for staff" + (" as CSV" * bool(ending)),
                "security": [{_TOKEN: []}],
                "parameters": [*_list_filter_parameters(), _make_unapproved_parameter()],
                "responses": {"200": content, **_make_token_responses()},
            }
        }
        for ending, content in contents.items()
    }


def _make_unapproved_parameter() -> dict[str, Any]:
    return {
        "name": UNAPPROVED,
        "in": "query",
        "required": False,
        "description": "`no`: only approved returns count.",
        "schema": {"type": "string", "enum": list(UNAPPROVED_VALUES)},
    }


def _make_token_responses() -> dict[str, Any]:
    """Return the responses of the present figures besides the figures."""
    return {
        "400": _make_json_content("Error", "There is no such parameter, or there are no figures of its value"),
        "401": {
            **_make_json_content("Error", "There is no token, or it is unknown, expired or revoked"),
            "headers": {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
        },
        "404": _make_json_content("Error", "No plan is loaded yet"),
        "429": {
            **_make_json_content("Error", "Too many invalid tokens from this address, or requests with this one"),
            "headers": {"Retry-After": {"required": True, "schema": {"type": "string"}}},
        },
        "503": _make_json_content("Error", "The database is busy or away; try again in a moment"),
    }


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
    live_names = {table.name for table in LIVE_TABLES}
    live_lists = [(name, schema) for name, schema in lists if name in live_names]
    return {
        **tables,
        "About": _make_info(),
        "EditionFigures": edition_schema,
        "LiveFigures": _make_object([("live", {"$ref": "#/components/schemas/LiveInfo"}), *live_lists]),
        "LiveInfo": _make_live_info(),
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


def _make_live_info() -> dict[str, Any]:
    kinds = {"data_version": "integer", **dict.fromkeys(_LIVE_TEXTS, "string")}
    kinds |= {name: "integer" for name in _ABOUT_COUNTS if name != "revision"}
    kinds |= dict.fromkeys((*_ABOUT_FLAGS, UNAPPROVED), "boolean")
    properties: list[tuple[str, dict[str, Any]]] = [(name, {"type": kind}) for name, kind in kinds.items()]
    return _make_object([*properties, ("notes", {"type": "array", "items": {"type": "string"}})])


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
