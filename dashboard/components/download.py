"""Files that leave as downloads: never shown within our own pages, under a name that can't do harm."""

from urllib.parse import quote

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def make_download_response(data: bytes, name: str, media_type: str) -> Response:
    """The bytes as a file to keep. `nosniff` and no page of its own, since people sent some of them."""
    ascii_name = "".join(
        character if character.isascii() and (character.isalnum() or character in "-_.") else "-" for character in name
    )
    disposition = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {
        "Content-Disposition": disposition,
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(data, content_type=media_type, headers=headers)
