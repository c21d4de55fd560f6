"""Responses that browsers save as files."""

from urllib.parse import quote

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def make_download_response(data: bytes, name: str, media_type: str) -> Response:
    """Return the bytes as a download. Browsers never show it, since visitors uploaded some of the files."""
    ascii_name = "".join(
        character if character.isascii() and (character.isalnum() or character in "-_.") else "-" for character in name
    )
    disposition = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {
        "Content-Disposition": disposition,
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    }
    return Response(data, content_type=media_type, headers=headers)
