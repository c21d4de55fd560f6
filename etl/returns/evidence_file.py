"""What may be kept as evidence: a photo or a PDF, told by its bytes, under a name that can do no harm."""

import unicodedata

MAX_EVIDENCE_SIZE = 5 * 1024 * 1024

_JPEG, _PNG, _PDF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
}
_LONGEST_NAME = 80
_KEPT_MARKS = " -_.()"
_KEPT_CATEGORIES = ("L", "M", "N")
"""Letters, the marks that Khmer vowels are, digits."""


def detect_media_type(data: bytes) -> str:
    """The media type that the bytes begin as; blank for anything that is no evidence, whatever its name says."""
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
    """The file's own name without folders, signs and false endings, ending as its kind does."""
    stem = name.replace("\\", "/").rpartition("/")[2]
    stem = stem.rpartition(".")[0] or stem
    kept = "".join(one if _may_stand(one) else "_" for one in unicodedata.normalize("NFC", stem))
    return (kept.strip(_KEPT_MARKS)[:_LONGEST_NAME] or "evidence") + _ENDINGS[media_type]


def _may_stand(letter: str) -> bool:
    return letter in _KEPT_MARKS or unicodedata.category(letter)[0] in _KEPT_CATEGORIES
