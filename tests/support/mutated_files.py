"""Good returns that were changed at random: half at bytes of the zip, half inside the XML, checksums right."""

import random
from collections.abc import Iterator

from tests.hostile.hostile_file import SHEET_PART, HostileFile, good_parts, good_parts_with_shared_strings, good_return
from tests.support.workbooks import set_declared_size, zip_parts

BYTE_SNIPPETS = (
    b"<",
    b">",
    b'"',
    b"&",
    b"/",
    b"=",
    b"-",
    b".",
    b",",
    b"0",
    b"9",
    b"e",
    b"E",
    b"A",
    b"G",
    b" ",
    b"\x00",
    b"\xff",
    b"",
)
XML_SNIPPETS = (
    *(
        b"<v>",
        b"</v>",
        b"<c/>",
        b"<row>",
        b"<f>1</f>",
        b"<is><t>5</t></is>",
        b' t="s"',
        b' t="e"',
        b' t="str"',
        b' r="G16"',
    ),
    *(b"NaN", b"1e400", b"%", b"&amp;", b"<!--", b"]]>", b"<?x?>", "\u17e1".encode(), b"  ", b"#REF!", b"99999999999"),
)


def mutated_files(count: int, seed: int = 0) -> Iterator[HostileFile]:
    """So many files, the same ones for the same seed; any of them may still be a good return."""
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        way, mutate = (("bytes", mutate_bytes), ("XML", mutate_xml))[number % 2]
        yield HostileFile(f"{way}: {seed}/{number}", mutate(chance), may_be_accepted=True)


def mutate_bytes(chance: random.Random) -> bytes:
    """Some bytes set, put in, taken out or repeated; now and then the end is cut off."""
    found = bytearray(zip_parts(good_parts_with_shared_strings()) if chance.random() < 0.5 else good_return())
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        place = chance.randrange(len(found))
        way = chance.randrange(5)
        if way < 3:
            found[place] = chance.randrange(256) if way else found[place] ^ (1 << chance.randrange(8))
        elif way == 3:
            del found[place : place + chance.randint(1, 8)]
        else:
            found[place:place] = found[place : place + chance.randint(1, 40)]
    return bytes(found[: chance.randrange(len(found))]) if chance.random() < 0.05 else bytes(found)


def mutate_xml(chance: random.Random) -> bytes:
    """Letters and words changed in one part, mostly the sheet; sizes and checksums are right, except for a rare lie."""
    parts = dict(chance.choice((good_parts(), good_parts_with_shared_strings())))
    name = chance.choice((SHEET_PART, SHEET_PART, SHEET_PART, *parts))
    xml = bytearray(parts[name])
    # Half of them stay well formed, so that what is read is put to the test and not only what is refused.
    ways = chance.choice((range(5), (2, 3)))
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(xml))
        way = chance.choice(ways)
        if way == 0:
            xml[place : place + chance.randint(0, 2)] = chance.choice(BYTE_SNIPPETS)
        elif way == 1:
            xml[place:place] = chance.choice(XML_SNIPPETS)
        elif way == 2:
            _change_a_digit(xml, place, chance)
        elif way == 3:
            _swap_values(xml, chance)
        else:
            del xml[place : place + chance.randint(1, 4)]
    data = zip_parts({**parts, name: bytes(xml)})
    return set_declared_size(data, name, chance.randrange(10**6)) if chance.random() < 0.03 else data


def _change_a_digit(xml: bytearray, place: int, chance: random.Random) -> None:
    """The next digit becomes another one, so that the file stays well formed."""
    for at in range(place, min(place + 400, len(xml))):
        if chr(xml[at]).isdigit():
            xml[at : at + 1] = str(chance.randrange(10)).encode() * chance.randint(1, 2)
            return


def _swap_values(xml: bytearray, chance: random.Random) -> None:
    """A value becomes any other number, however it may be written."""
    start = xml.find(b"<v>", chance.randrange(len(xml)))
    if start >= 0:
        end = xml.find(b"</v>", start)
        number = chance.choice((0, 7, -3, 12.25, 1e3, 0.1, 1e-7, 123456789, 2**53 + 1, 0.1 + 0.2))
        xml[start + 3 : end] = repr(number).encode()
