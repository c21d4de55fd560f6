"""Uploaded files: reading them from the request and reporting their results."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, redirect, request
from werkzeug.datastructures import FileStorage

from dashboard.access.gate import get_csrf_token
from dashboard.components.render_html import render_html

MEGABYTE = 1024 * 1024

LARGEST_RETURN = 10
"""Megabytes of one return; the gate of returns has the same limit."""

LARGEST_ZIP = 32
"""Megabytes of a zip file; larger ones are imported on the command line."""

LARGEST_UPLOAD = 33 * MEGABYTE
"""Bytes of one request: three returns of the maximum size."""

LARGEST_EVIDENCE_REQUEST = 6 * MEGABYTE


@dataclass(frozen=True)
class UploadedFile:
    """A file of the request, with a cleaned name."""

    name: str
    data: bytes


@dataclass(frozen=True)
class UploadResult:
    """The result of one uploaded file: its address, or what is wrong with it."""

    name: str
    message: str
    address: str = ""
    details: Any = None
    """A component to show with the message."""


def read_uploaded_files() -> tuple[UploadedFile, ...]:
    """Return every file of the request that has a name."""
    files = tuple(_read(file) for file in request.files.getlist("file"))
    return tuple(file for file in files if file is not None)


def is_script_request() -> bool:
    """Whether the upload script sent the form and expects JSON."""
    return request.headers.get("X-Upload") == "1"


def make_json_response(results: Sequence[UploadResult], status: int) -> Response:
    """Return the results as JSON with the HTML of their details."""
    token = get_csrf_token()
    entries = [
        {
            "name": result.name,
            "message": result.message,
            "address": result.address,
            "html": render_html(result.details, csrf=token),
        }
        for result in results
    ]
    response = jsonify({"files": entries})
    response.status_code = status
    return response


def redirect_after_post(address: str) -> Response:
    """Redirect after a successful POST, so that reloading the page does not repeat it."""
    response = redirect(address, 303)
    assert isinstance(response, Response)
    return response


def _clean_file_name(file: FileStorage) -> str:
    """Return the file name without folders and unprintable characters, cut to 120 characters."""
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(character if character.isprintable() else "_" for character in name)[:120] or "file"


def _read(file: FileStorage) -> UploadedFile | None:
    """Read the file and close it, since large ones are temporary files on disk."""
    with file.stream:
        return UploadedFile(_clean_file_name(file), file.stream.read()) if file.filename else None
