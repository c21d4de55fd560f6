"""Validate evidence files: detect photos and PDFs by their bytes, and sanitize file names."""

import unicodedata

MAX_EVIDENCE_SIZE = 5 * 1024 * 1024

_JPEG, _PNG, _PDF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
}
_MAX_NAME_LENGTH = 80
_ALLOWED_PUNCTUATION = " -_.()"
_ALLOWED_CATEGORIES = ("L", "M", "N")
"""Unicode categories: letters, marks (Khmer vowels are marks) and numbers."""


def detect_media_type(data: bytes) -> str:
    """Detect the media type from the first bytes; blank if the file is not accepted as evidence."""
    if data.startswith(_JPEG):
        return "image/jpeg"
    if data.startswith(_PNG):
        return "image/png"
    if data.startswith(_PDF):
        return "application/pdf"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "image/heic"
    return ""


def sanitize_file_name(name: str, media_type: str) -> str:
    """Return the file name without folders and special characters, with the extension of its media type."""
    stem = name.replace("\\", "/").rpartition("/")[2]
    stem = stem.rpartition(".")[0] or stem
    safe_stem = "".join(
        character if _is_allowed(character) else "_" for character in unicodedata.normalize("NFC", stem)
    )
    return (safe_stem.strip(_ALLOWED_PUNCTUATION)[:_MAX_NAME_LENGTH] or "evidence") + _EXTENSIONS[media_type]


def _is_allowed(character: str) -> bool:
    return character in _ALLOWED_PUNCTUATION or unicodedata.category(character)[0] in _ALLOWED_CATEGORIES
