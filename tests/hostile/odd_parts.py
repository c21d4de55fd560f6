"""Parts that are missing, empty, of another kind, too deep, too long, or use unusual XML features."""

from collections.abc import Iterator
from functools import partial

from tests.hostile.hostile_file import (
    A_02,
    CONTENT_TYPES_PART,
    SHEET_PART,
    STRINGS_TYPE,
    HostileFile,
    change_good_part,
    collect_good_parts,
    replace_in_sheet,
    replace_parts,
)
from tests.support.workbooks import MAIN, RELATIONS, zip_parts

ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">%s]>' % b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
EXTERNAL = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
WORKBOOK, STYLES = "xl/workbook.xml", "xl/styles.xml"


def iterate_odd_parts() -> Iterator[HostileFile]:
    for part in collect_good_parts():
        rest = {name: content for name, content in collect_good_parts().items() if name != part}
        yield HostileFile(f"without {part}", zip_parts(rest), may_be_accepted=True)
        yield HostileFile(f"{part} empty", replace_parts({part: b""}), may_be_accepted=True)
        yield HostileFile(f"{part} of another kind", replace_parts({part: b"<other/>"}), may_be_accepted=True)
        yield HostileFile(f"a DTD in {part}", change_good_part(part, partial(_insert_after_head, ENTITIES)))
    for part in (SHEET_PART, WORKBOOK, STYLES):
        yield HostileFile(f"an outside entity in {part}", change_good_part(part, partial(_insert_after_head, EXTERNAL)))
        yield HostileFile(f"{part} in UTF-16", change_good_part(part, lambda xml: xml.decode().encode("utf-16")), True)
        yield HostileFile(f"{part} with zeros", change_good_part(part, lambda xml: xml + bytes(100)))
    yield from _iterate_encodings()
    yield from _iterate_workbooks()
    yield from _iterate_xml_tricks()
    yield from _iterate_strings()
    yield from _iterate_styles()
    yield from _iterate_properties()


def _insert_after_head(more: bytes, xml: bytes) -> bytes:
    return more + xml[xml.find(b"?>") + 2 :] if xml.startswith(b"<?xml") else more + xml


def _iterate_encodings() -> Iterator[HostileFile]:
    for encoding in ("latin-1", "us-ascii", "utf-8", "utf-7", "nonsense", "rot13", "shift_jis", "UTF-32"):
        head = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
        yield HostileFile(
            f"a sheet that says {encoding}", change_good_part(SHEET_PART, partial(_insert_after_head, head)), True
        )
    yield HostileFile("bytes that aren't UTF-8", replace_in_sheet(A_02, b"<v>732.5\xff</v>"))
    yield HostileFile("a zero byte", replace_in_sheet(A_02, b"<v>732\0.5</v>"))


def _iterate_workbooks() -> Iterator[HostileFile]:
    sheet = f'<sheet xmlns:r="{RELATIONS}" name="S{{}}" sheetId="{{}}" r:id="rId1"/>'
    for count in (70, 5_000):
        many = "".join(sheet.format(n, n) for n in range(10, 10 + count)).encode() + b"</sheets>"
        yield HostileFile(
            f"{count} sheets", change_good_part(WORKBOOK, lambda xml, more=many: xml.replace(b"</sheets>", more))
        )
    strict = change_good_part(WORKBOOK, lambda xml: xml.replace(MAIN.encode(), STRICT))
    yield HostileFile("Strict Open XML", strict)
    for what, old, new in (
        ("no sheet", b"<sheet ", b"<shoot "),
        ("a sheet of no relation", b'r:id="rId1"', b'r:id="rId999"'),
        ("two sheets of one name", b'name="Guide"', b'name="Return"'),
        ("the form hidden well", b'state="visible" r:id="rId1"', b'state="veryHidden" r:id="rId1"'),
        ("an invalid state", b'state="visible" r:id="rId1"', b'state="asleep" r:id="rId1"'),
        ("a sheet called nothing", b'name="Return"', b'name=""'),
        ("a sheet called a formula", b'name="Return"', b'name="=cmd|"'),
        ("days counted from 1904", b"<workbookPr/>", b'<workbookPr date1904="1"/>'),
        ("days counted from never", b"<workbookPr/>", b'<workbookPr date1904="maybe"/>'),
        ("a protected structure", b"<workbookProtection/>", b'<workbookProtection lockStructure="1"/>'),
        ("a view that isn't", b'activeTab="0"', b'activeTab="99"'),
        ("a name that is broken", b"'Return'!$10:$10", b"#REF!"),
        ("a name of another file", b"'Return'!$10:$10", b"[9]x!$A$1"),
    ):
        data = change_good_part(WORKBOOK, lambda xml, old=old, new=new: xml.replace(old, new, 1))
        yield HostileFile(f"a workbook with {what}", data, may_be_accepted=True)
    names = b"".join(b'<definedName name="n%d">1</definedName>' % n for n in range(50_000))
    data = change_good_part(WORKBOOK, lambda xml: xml.replace(b"</definedNames>", names + b"</definedNames>"))
    yield HostileFile("50,000 names", data, may_be_accepted=True)
    relations = "xl/_rels/workbook.xml.rels"
    for what, target in (
        ("outside", b"../../../../etc/passwd"),
        ("on the net", b"http://127.0.0.1:9/sheet1.xml"),
        ("of itself", b"/xl/workbook.xml"),
        ("of the styles", b"/xl/styles.xml"),
        ("of a folder", b"/xl/"),
    ):
        data = change_good_part(relations, lambda xml, to=target: xml.replace(b"/xl/worksheets/sheet1.xml", to))
        yield HostileFile(f"a sheet {what}", data)


def _iterate_xml_tricks() -> Iterator[HostileFile]:
    end = b"</worksheet>"
    for depth in (50, 65, 1_000, 100_000):
        deep = b"<a>" * depth + b"</a>" * depth + end
        yield HostileFile(f"{depth} elements in each other", replace_in_sheet(end, deep), may_be_accepted=depth < 60)
    names = b"".join(b"<n%d/>" % n for n in range(100_000))
    yield HostileFile("100,000 names of elements", replace_in_sheet(end, names + end))
    attributes = b"<x " + b" ".join(b'a%d=""' % n for n in range(60_000)) + b"/>"
    yield HostileFile("60,000 attributes", replace_in_sheet(end, attributes + end), may_be_accepted=True)
    spaces = b"<x " + b" ".join(b'xmlns:a%d="urn:%d"' % (n, n) for n in range(20_000)) + b"/>"
    yield HostileFile("20,000 namespaces", replace_in_sheet(end, spaces + end), may_be_accepted=True)
    for what, more in (
        ("a comment of 5 MB", b"<!--" + b"x" * 5_000_000 + b"-->"),
        ("an instruction of 5 MB", b"<?x " + b"y" * 5_000_000 + b"?>"),
        ("an attribute of 5 MB", b'<x y="' + b"z" * 5_000_000 + b'"/>'),
        ("CDATA of 5 MB", b"<x><![CDATA[" + b"z" * 5_000_000 + b"]]></x>"),
    ):
        yield HostileFile(what, replace_in_sheet(end, more + end))
    elements = b"<x/>" * 1_600_000
    yield HostileFile("1,600,000 elements", change_good_part("docProps/app.xml", lambda _: b"<y>" + elements + b"</y>"))
    yield HostileFile("two roots", change_good_part(SHEET_PART, lambda xml: xml + xml))
    yield HostileFile("an unknown entity", replace_in_sheet(A_02, b"<v>&nbsp;</v>"))
    yield HostileFile("an unknown prefix", replace_in_sheet(A_02, b"<q:v>732.5</q:v>"), may_be_accepted=True)


def _iterate_strings() -> Iterator[HostileFile]:
    def with_strings(strings: bytes, cell: bytes = b"0", count: bytes = b"1") -> bytes:
        table = b'<sst xmlns="%s" count="%s" uniqueCount="%s">%s</sst>' % (MAIN.encode(), count, count, strings)
        types = collect_good_parts()[CONTENT_TYPES_PART].replace(b"</Types>", STRINGS_TYPE)
        sheet = collect_good_parts()[SHEET_PART].replace(b't="n">' + A_02, b't="s"><v>%s</v>' % cell)
        assert sheet != collect_good_parts()[SHEET_PART]
        return replace_parts({"xl/sharedStrings.xml": table, CONTENT_TYPES_PART: types, SHEET_PART: sheet})

    word = b"<si><t>732.5</t></si>"
    yield HostileFile("a text from the table", with_strings(word), may_be_accepted=True)
    yield HostileFile("a table that says it has four billion texts", with_strings(word, count=b"4294967295"), True)
    yield HostileFile("a text beyond the table", with_strings(word, b"1"))
    yield HostileFile("a text far beyond the table", with_strings(word, b"4294967295"))
    yield HostileFile("a text of 1 MB", with_strings(b"<si><t>%s</t></si>" % (b"x" * 1_000_000)))
    yield HostileFile("a text of 32,767 letters", with_strings(b"<si><t>%s</t></si>" % (b"7" * 32_767)))
    yield HostileFile("300,000 texts", with_strings(b"<si><t>1</t></si>" * 300_000), may_be_accepted=True)
    yield HostileFile("a table that ends in the middle", with_strings(b"<si><t>1"))
    yield HostileFile("a text without a text", with_strings(b"<si/>"), may_be_accepted=True)
    missing = replace_parts(
        {CONTENT_TYPES_PART: collect_good_parts()[CONTENT_TYPES_PART].replace(b"</Types>", STRINGS_TYPE)}
    )
    yield HostileFile("a table that is missing", missing)


def _iterate_styles() -> Iterator[HostileFile]:
    def with_format(code: bytes) -> bytes:
        styles = collect_good_parts()[STYLES]
        start = styles.index(b'formatCode="') + len(b'formatCode="')
        return replace_parts({STYLES: styles[:start] + code + styles[styles.index(b'"', start) :]})

    for what, code in (
        ("900,000 letters", b"0" * 900_000),
        ("brackets", b"[" * 10_000),
        ("quotes", b"&quot;" * 9_999),
        ("backslashes", b"\\" * 10_000),
    ):
        yield HostileFile(f"a number format of {what}", with_format(code), may_be_accepted=True)
    fills = b'<cellXfs count="1"><xf numFmtId="0"/>' + b'<xf numFmtId="0"/>' * 70_000
    data = change_good_part(
        STYLES, lambda xml: xml.replace(b"<cellXfs>", fills).replace(b"<cellXfs ", fills + b"<x ", 1)
    )
    yield HostileFile("70,000 styles", data, may_be_accepted=True)


def _iterate_properties() -> Iterator[HostileFile]:
    custom, text = "docProps/custom.xml", b"one-2025Q3-v1"
    for what, value in (
        ("another form", b"two-2025Q3-v1"),
        ("no form", b"hello"),
        ("a site that isn't", b"nowhere-2025Q3-v1"),
        ("a quarter that isn't", b"one-2025Q9-v1"),
        ("a plan of the future", b"one-2025Q3-v999999999"),
        ("an entity", b"&lt;script&gt;"),
        ("half a pair of letters", b"_xD800_"),
        ("a long text", b"x" * 500_000),
    ):
        data = change_good_part(custom, lambda xml, new=value: xml.replace(text, new))
        yield HostileFile(f"a property that says {what}", data, may_be_accepted=True)
    many = b"".join(
        b'<property name="p%d" fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="%d"/>' % (n, n)
        for n in range(5, 5_000)
    )
    data = change_good_part(custom, lambda xml: xml.replace(b"</Properties>", many + b"</Properties>"))
    yield HostileFile("5,000 properties", data, may_be_accepted=True)
