"""Decode the escapes `_xHHHH_`, which workbooks use for characters that XML cannot hold, such as `_x000D_`."""

import re

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_(?:_x(D[C-Fc-f][0-9A-Fa-f]{2})_)?", re.ASCII)
_VISIBLE_CONTROLS = "\t\n\r"


def decode_escapes(text: str) -> str:
    """Return the text that a spreadsheet program shows: escaped characters decoded, control characters removed.

    A text of removed characters alone stays as it is, because a cell with something in it is not blank.
    """
    return (_ESCAPE.sub(_decode, text) or text) if "_x" in text else text


def _decode(match: re.Match[str]) -> str:
    code, low = int(match[1], 16), match[2]
    if 0xD800 <= code < 0xDC00 and low is not None:
        return chr(0x10000 + ((code - 0xD800) << 10) + int(low, 16) - 0xDC00)
    if 0xD800 <= code < 0xE000 or code >= 0xFFFE:
        return match[0]
    rest = f"_x{low}_" if low is not None else ""
    letter = chr(code)
    is_shown = letter in _VISIBLE_CONTROLS or not (code < 0x20 or code == 0x7F)
    return (letter if is_shown else "") + rest
