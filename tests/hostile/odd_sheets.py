"""Sheets whose cells, references, merges and values are not what a person typed; the checksums are all right."""

from collections.abc import Iterator

from tests.hostile.hostile_file import (
    A_02,
    SHEET_PART,
    HostileFile,
    change_good_part,
    make_good_return,
    replace_in_sheet,
)

# fmt: off
NUMBERS = (
    "NaN", "nan", "INF", "-INF", "inf", "Infinity", "1e400", "-1e400", "1e-400", "1e5", "1E+2", "7325e-1", "0x1F",
    "1_000", "1,5", "1.5.5", "+5", "-0", "-0.0", "00012", ".5", "5.", ".", "-", "e5", "5e", "1e99999",
    "1e999999999", "១២", "１២", "٣", "1d5", "1f", "0b1", "true", "None", "null", "732.50000", "9007199254740993",
    "0.1e1", "99999999999999999999",
)
# fmt: on
REFERENCES = ("ZZZZ1", "XFE1", "A0", "A1048577", "1A", "A-1", "$A$1", "a1", "", "G16:G17", "R1C1", "ក១", "A" * 500)
END = b"</sheetData>"


def iterate_odd_sheets(*, is_whole: bool = True) -> Iterator[HostileFile]:
    """Yield the files, those that take seconds to read only with `is_whole`."""
    for number in NUMBERS:
        data = replace_in_sheet(A_02, f"<v>{number}</v>".encode())
        yield HostileFile(f"the value {number}", data, may_be_accepted=True)
    for what, inside in CELL_CONTENTS.items():
        yield HostileFile(f"a cell with {what}", replace_in_sheet(b'<c r="G16" s="22" t="n">' + A_02, inside), True)
    for reference in REFERENCES:
        data = replace_in_sheet(b'<c r="G16"', f'<c r="{reference}"'.encode())
        yield HostileFile(f"a cell at {reference[:10]!r}", data, may_be_accepted=True)
    for what, rows in ROWS.items():
        yield HostileFile(what, replace_in_sheet(END, rows.encode() + END), may_be_accepted=what.startswith("styled"))
    for what, old, new in REPLACEMENTS:
        yield HostileFile(what, replace_in_sheet(old, new), may_be_accepted=True)
    yield from _iterate_large()
    if is_whole:
        yield from _iterate_slow()


_G16 = b'<c r="G16" s="22"'
CELL_CONTENTS = {
    "two values": _G16 + b"><v>1</v><v>2</v>",
    "no value": _G16 + b">",
    "an empty value": _G16 + b"><v></v>",
    "spaces around its value": _G16 + b"><v> 732.5 </v>",
    "a comment in its value": _G16 + b"><v>732<!-- -->.5</v>",
    "CDATA for its value": _G16 + b"><v><![CDATA[732.5]]></v>",
    "an entity in its value": _G16 + b"><v>732&#46;5</v>",
    "an element in its value": _G16 + b"><v>73<b>2.5</b></v>",
    "an instruction in its value": _G16 + b"><v>73<?x y?>2.5</v>",
    "a text that isn't there": _G16 + b' t="s"><v>5</v>',
    "a text with a negative number": _G16 + b' t="s"><v>-1</v>',
    "a type that isn't there": _G16 + b' t="zebra"><v>1</v>',
    "a type twice": _G16 + b' t="n" t="s"><v>1</v>',
    "an error for a number": _G16 + b' t="e"><v>#REF!</v>',
    "an error of tomorrow": _G16 + b' t="e"><v>#LAMBDA!</v>',
    "a yes": _G16 + b' t="b"><v>1</v>',
    "a maybe": _G16 + b' t="b"><v>maybe</v>',
    "a day in ISO form": _G16 + b' t="d"><v>2025-04-03</v>',
    "a day that isn't": _G16 + b' t="d"><v>2025-99-99</v>',
    "a style that isn't there": b'<c r="G16" s="99999"><v>732.5</v>',
    "a negative style": b'<c r="G16" s="-1"><v>732.5</v>',
    "a style that is a word": b'<c r="G16" s="blue"><v>732.5</v>',
    "half a pair of letters": _G16 + b' t="inlineStr"><is><t>_xD800_</t></is>',
    "a control letter": _G16 + b' t="inlineStr"><is><t>_x0000_</t></is>',
    "text in two runs": _G16 + b' t="inlineStr"><is><r><t>73</t></r><r><t>2.5</t></r></is>',
    "text with a reading aid": _G16 + b' t="inlineStr"><is><t>732.5</t><rPh sb="0" eb="1"><t>9</t></rPh></is>',
    "a formula that calls a program": _G16 + b" t=\"str\"><f>cmd|'/c calc'!A0</f><v>1</v>",
    "a formula to another book": _G16 + b"><f>[1]Sheet1!A1</f><v>732.5</v>",
    "a formula of itself": _G16 + b"><f>G16</f><v>732.5</v>",
    "an array formula over all": _G16 + b'><f t="array" ref="A1:XFD1048576">1</f><v>732.5</v>',
    "a shared formula without a first": _G16 + b'><f t="shared" si="77"/><v>732.5</v>',
    "a table formula": _G16 + b'><f t="dataTable" ref="G16:G17" dt2D="1" r1="A1" r2="A2"/><v>732.5</v>',
    "a formula of 32,000 brackets": _G16 + b"><f>" + b"(" * 32_000 + b"</f><v>732.5</v>",
    "a cell in it": _G16 + b'><c r="H16"><v>5</v></c><v>732.5</v>',
}
ROWS = {
    "two far corners": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "the last row": '<row r="1048576"><c r="L1048576"><v>1</v></c></row>',
    "the last column": '<row r="5000"><c r="XFD5000"><v>1</v></c></row>',
    "a row that came before": '<row r="3"><c r="A3"><v>1</v></c></row>',
    "a row number with a point": '<row r="5000.5"><c><v>1</v></c></row>',
    "a negative row": '<row r="-7"><c><v>1</v></c></row>',
    "a row number without end": f'<row r="{"9" * 4_000}"><c><v>1</v></c></row>',
    "a row in a row": '<row r="5000"><row r="5001"><c r="A5001"><v>1</v></c></row></row>',
    "the same cell twice": '<row r="5000"><c r="A5000"><v>1</v></c><c r="A5000"><v>2</v></c></row>',
    "styled cells far away": '<row r="1048159"><c r="A1048159" s="1"/><c r="AMJ1048159" s="1"/></row>',
    "styled rows far away": '<row r="1048576" s="1" customFormat="1"/>',
    "data beside a form far below": '<row r="19000"><c r="G19000"><v>1</v></c></row>',
}
REPLACEMENTS = (
    ("a dimension of all the grid", b'<dimension ref="A1:H25"/>', b'<dimension ref="A1:XFD1048576"/>'),
    ("a dimension of nothing", b'<dimension ref="A1:H25"/>', b'<dimension ref=""/>'),
    ("a dimension that is a word", b'<dimension ref="A1:H25"/>', b'<dimension ref="everything"/>'),
    ("a dimension of one cell", b'<dimension ref="A1:H25"/>', b'<dimension ref="A1"/>'),
    ("no dimension", b'<dimension ref="A1:H25"/>', b""),
    ("all the grid merged", b'<mergeCell ref="', b'<mergeCell ref="A1:XFD1048576"/><mergeCell ref="'),
    ("a merge that runs backwards", b'<mergeCell ref="', b'<mergeCell ref="B2:A1"/><mergeCell ref="'),
    ("a merge outside the grid", b'<mergeCell ref="', b'<mergeCell ref="A1:ZZZ9"/><mergeCell ref="'),
    ("a merge that is a word", b'<mergeCell ref="', b'<mergeCell ref="x"/><mergeCell ref="'),
    ("merged cells that overlap", b'<mergeCell ref="', b'<mergeCell ref="A1:B2"/><mergeCell ref="'),
    ("hidden columns", b"<cols>", b'<cols><col min="9" max="16384" hidden="1"/>'),
    ("a million columns", b"<cols>", b'<cols><col min="1" max="99999999"/>'),
    ("cells without references", b' r="G', b' q="G'),
    ("rows without numbers", b"<row r=", b"<row q="),
    ("another main namespace", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"urn:other"),
    ("no end of its data", b"</sheetData>", b""),
    ("a second data block", b"</sheetData>", b"</sheetData><sheetData/>"),
    ("keys in small letters", b"<t>A-02</t>", b"<t>a-02</t>"),
    ("tags with spaces", b"<t>#key</t>", b"<t> #key </t>"),
)


def _iterate_large() -> Iterator[HostileFile]:
    merges = b"".join(b'<mergeCell ref="J%d:K%d"/>' % (row, row) for row in range(1, 20_010))
    yield HostileFile("20,000 merged areas", replace_in_sheet(b"<mergeCell ref=", merges + b"<mergeCell ref="))
    fewer = merges[: merges.index(b'<mergeCell ref="J15000:')]
    yield HostileFile(
        "15,000 merged areas", change_good_part(SHEET_PART, lambda xml: _make_once(xml, fewer)), may_be_accepted=True
    )
    empty = b"".join(b'<row r="%d">%s</row>' % (row, b"<c s='1'/>" * 16_384) for row in range(100, 300))
    yield HostileFile("200 rows of 16,384 styled cells", replace_in_sheet(END, empty + END))
    some = b"".join(b'<row r="%d">%s</row>' % (row, b"<c s='1'/>" * 300) for row in range(100, 1_500))
    yield HostileFile("styled cells below the limit", replace_in_sheet(END, some + END), may_be_accepted=True)
    rules = b"".join(b'<dataValidation sqref="A%d"/>' % row for row in range(1, 50_000))
    yield HostileFile("50,000 rules", replace_in_sheet(b"</worksheet>", rules + b"</worksheet>"), may_be_accepted=True)
    bad = b"".join(b'<row r="%d"><c><v>x</v></c></row>' % row for row in range(100, 19_000))
    yield HostileFile("19,000 cells that nothing writes", replace_in_sheet(END, bad + END))
    assert make_good_return()


def _iterate_slow() -> Iterator[HostileFile]:
    cells = b"".join(
        b'<row r="%d">%s</row>' % (row, b"".join(b"<c><v>%d</v></c>" % (row * n * 7919) for n in range(300)))
        for row in range(100, 1_200)
    )
    yield HostileFile("330,000 numbers beside the form", replace_in_sheet(END, cells + END), may_be_accepted=True)


def _make_once(xml: bytes, merges: bytes) -> bytes:
    return xml.replace(b"<mergeCell ref=", merges + b"<mergeCell ref=", 1)
