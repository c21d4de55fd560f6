"""What the number format of a cell shows besides the stored number: a unit, digits, or another magnitude."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?'
    r"|\\(?P<escaped>.)"
    r"|\[\$(?P<currency>[^\]-]*)[^\]]*\]"
    r"|(?P<skipped>\[[^\]]*\]|_.|\*.|[A-Z]+)"
    r"|(?P<placeholder>[0#?.,/@])"
    r"|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)
_SCALED = re.compile(r"[0#?.],+(?![0#?,])")
_MAX_LENGTH = 255


@dataclass(frozen=True, slots=True)
class FormatText:
    """`unit` is the text beside the number; `is_other_number` whether the digits differ from those stored."""

    unit: str = ""
    is_other_number: bool = False


PLAIN = FormatText()


@lru_cache(maxsize=1024)
def read_format_text(number_format: str) -> FormatText:
    """Return what a format shows beside a positive number. Spaces, brackets, signs and percent signs are no unit.

    Latin letters without quotes are codes of the format (`General`, `yyyy`).

    A comma after the last digit shows thousands as ones (`#,##0,`), and digits in quotes are shown as part of the
    number (`0",000"`); both make it another number.
    """
    tokens = list(_TOKEN.finditer(_select_section(number_format[:_MAX_LENGTH])))
    placeholders = "".join(token["placeholder"] or " " for token in tokens)
    texts = (token["quoted"] or token["escaped"] or token["currency"] or token["literal"] or "" for token in tokens)
    text = "".join(texts).strip()
    if _SCALED.search(placeholders.rstrip()) or any(letter.isdigit() for letter in text):
        return FormatText(text, is_other_number=True)
    has_unit = any(letter.isalpha() or unicodedata.category(letter) == "Sc" for letter in text)
    return FormatText(text.strip("()+- ")) if has_unit else PLAIN


def _select_section(number_format: str) -> str:
    """Return the section for positive numbers, which is the first one without semicolons in quotes or brackets."""
    section = re.match(r'(?:"[^"]*"?|\\.|\[[^\]]*\]|[^;])*', number_format, re.DOTALL)
    return section[0] if section is not None else ""
