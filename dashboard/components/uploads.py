"""What is sent as files: read from the request, and answered as a page or, to our script, as a few words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, redirect, request
from werkzeug.datastructures import FileStorage

from dashboard.access.gate import current_csrf_token
from dashboard.components.render_html import render_html

MEGABYTE = 1024 * 1024

LARGEST_RETURN = 10
"""Megabytes that one return may have, as the gate of returns has it."""

LARGEST_ZIP = 32
"""Megabytes of a zip of returns; a larger one is loaded on the server."""

LARGEST_UPLOAD = 33 * MEGABYTE
"""Bytes of one request: three of the largest returns, for a form that is sent without a script."""

LARGEST_EVIDENCE_REQUEST = 6 * MEGABYTE


@dataclass(frozen=True)
class UploadedFile:
    """A file of the request, with its own name cut to what anybody needs of it."""

    name: str
    data: bytes


@dataclass(frozen=True)
class UploadResult:
    """What came of one file: where to look at it, or what is wrong with it."""

    name: str
    message: str
    address: str = ""
    details: Any = None
    """What to show of it beside the sentence."""


def read_uploaded_files() -> tuple[UploadedFile, ...]:
    """Every file of the request that was really chosen."""
    files = tuple(_read(file) for file in request.files.getlist("file"))
    return tuple(file for file in files if file is not None)


def is_script_request() -> bool:
    """Whether our script sent the form, and wants words in place of a page."""
    return request.headers.get("X-Upload") == "1"


def make_json_response(results: Sequence[UploadResult], status: int) -> Response:
    """The same as the page would say, as JSON; its HTML is made here, so nothing has to be put together in a script."""
    token = current_csrf_token()
    entries = [
        {
            "name": result.name,
            "told": result.message,
            "address": result.address,
            "html": render_html(result.details, csrf=token),
        }
        for result in results
    ]
    response = jsonify({"files": entries})
    response.status_code = status
    return response


def redirect_after_post(address: str) -> Response:
    """Leads on after something was done, so that loading the page again does nothing twice."""
    response = redirect(address, 303)
    assert isinstance(response, Response)
    return response


def _own_name(file: FileStorage) -> str:
    """Without folders, which some browsers send along, and without signs that can't be shown."""
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(character if character.isprintable() else "_" for character in name)[:120] or "file"


def _read(file: FileStorage) -> UploadedFile | None:
    """Read once and closed: a larger one lies in a file of its own on disk."""
    with file.stream:
        return UploadedFile(_own_name(file), file.stream.read()) if file.filename else None
