"""Files that leave as downloads: never shown within our own pages, under a name that can't do harm."""

from urllib.parse import quote

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def make_download_response(data: bytes, name: str, media_type: str) -> Response:
    """The bytes as a file to keep. `nosniff` and no page of its own, since people sent some of them."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "-_.") else "-" for one in name)
    place = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {
        "Content-Disposition": place,
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(data, content_type=media_type, headers=headers)
