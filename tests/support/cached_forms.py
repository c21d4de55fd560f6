"""Forms from a cache: a form is built once without entries, and the entries are written into its cells."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.returns.form.build import FormContents, build_form, build_form_workbook, serialize_form

_SHEET = "xl/worksheets/sheet1.xml"
_BLANK_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)" s="([0-9]+)" t="n"></c>')
_PLAIN_TEXT = re.compile(r"[^=+@\x00-\x1f-][^\x00-\x1f]*")
"""Other texts get a style of their own, or lose characters."""


@dataclass(frozen=True)
class _BlankForm:
    """The parts of a form without entries, and the address of each cell that takes a number, by its key."""

    parts: dict[ZipInfo, bytes]
    addresses: dict[str, str]

    def fill(self, entries: Mapping[str, object]) -> bytes | None:
        """Return the form with the entries as `build_form` writes it; None for entries that change more."""
        contents = {
            self.addresses[key]: _write_cell(value)
            for key, value in entries.items()
            if key in self.addresses and value not in (None, "")
        }
        if None in contents.values():
            return None
        filled: set[str] = set()

        def fill_cell(cell: re.Match[str]) -> str:
            content = contents.get(cell[1])
            if content is None:
                return cell[0]
            filled.add(cell[1])
            return f'<c r="{cell[1]}" s="{cell[2]}" {content}</c>'

        file = BytesIO()
        with ZipFile(file, "w") as archive:
            for part, data in self.parts.items():
                text = _BLANK_CELL.sub(fill_cell, data.decode()).encode() if part.filename == _SHEET else data
                info = ZipInfo(part.filename, part.date_time)
                info.compress_type = ZIP_DEFLATED
                archive.writestr(info, text)
        return file.getvalue() if filled == contents.keys() else None


_BLANK_FORMS: dict[tuple[object, ...], _BlankForm] = {}
_FORMS: dict[tuple[object, ...], bytes] = {}


def get_form(
    plan: Plan, version: int, site: str, quarter: Quarter, *, entries: Mapping[str, object], **contents: Any
) -> bytes:
    """Return the same bytes as `build_form`, made at their first use in this process.

    The contents are compared as they are written in Python, since 3 equals Decimal("3.0") and is another text.
    """
    blank_key = (plan, version, site, quarter, repr(sorted(contents.items())))
    key = (*blank_key, repr(dict(entries)))
    if key not in _FORMS:
        if blank_key not in _BLANK_FORMS:
            _BLANK_FORMS[blank_key] = _build_blank_form(plan, version, site, quarter, **contents)
        _FORMS[key] = _BLANK_FORMS[blank_key].fill(entries) or build_form(
            plan, version, site, quarter, entries=entries, **contents
        )
    return _FORMS[key]


def _build_blank_form(
    plan: Plan, version: int, site: str, quarter: Quarter, *, signing_key: bytes = b"", **contents: Any
) -> _BlankForm:
    form = build_form_workbook(plan, version, site, quarter, FormContents(**contents), signing_key=signing_key)
    with ZipFile(BytesIO(serialize_form(form))) as archive:
        parts = {info: archive.read(info) for info in archive.infolist()}
    stages = {str(row.key) for row in form.spec.rows if row.stages}
    return _BlankForm(parts, {key: "" if key in stages else address for key, address in form.value_cells.items()})


def _write_cell(value: object) -> str | None:
    """Return the rest of a cell with a number or a text; None for anything else."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = value if isinstance(value, Decimal) else Decimal(str(value))
        return f't="n"><v>{number:f}</v>' if number.is_finite() else None
    if not isinstance(value, str) or not _PLAIN_TEXT.fullmatch(value):
        return None
    space = ' xml:space="preserve"' if value.strip() and value != value.strip() else ""
    text = escape(value).encode("ascii", "xmlcharrefreplace").decode()
    return f't="inlineStr"><is><t{space}>{text}</t></is>'
