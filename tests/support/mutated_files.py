"""Valid returns with random mutations: half in the bytes of the zip, half in the XML with correct checksums."""

import random
from collections.abc import Iterator

from tests.hostile.hostile_file import (
    SHEET_PART,
    HostileFile,
    collect_good_parts,
    collect_good_parts_with_shared_strings,
    make_good_return,
)
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


def iterate_mutated_files(count: int, seed: int = 0) -> Iterator[HostileFile]:
    """Yield `count` files, reproducible by seed. Any of them may still be a valid return."""
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        way, mutate = (("bytes", mutate_bytes), ("XML", mutate_xml))[number % 2]
        yield HostileFile(f"{way}: {seed}/{number}", mutate(rng), may_be_accepted=True)


def mutate_bytes(rng: random.Random) -> bytes:
    """Set, insert, delete or repeat some bytes; sometimes truncate the file."""
    data = bytearray(zip_parts(collect_good_parts_with_shared_strings()) if rng.random() < 0.5 else make_good_return())
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        position = rng.randrange(len(data))
        way = rng.randrange(5)
        if way < 3:
            data[position] = rng.randrange(256) if way else data[position] ^ (1 << rng.randrange(8))
        elif way == 3:
            del data[position : position + rng.randint(1, 8)]
        else:
            data[position:position] = data[position : position + rng.randint(1, 40)]
    return bytes(data[: rng.randrange(len(data))]) if rng.random() < 0.05 else bytes(data)


def mutate_xml(rng: random.Random) -> bytes:
    """Change characters in one part, mostly the sheet. Sizes and checksums are correct, with rare exceptions."""
    parts = dict(rng.choice((collect_good_parts(), collect_good_parts_with_shared_strings())))
    name = rng.choice((SHEET_PART, SHEET_PART, SHEET_PART, *parts))
    xml = bytearray(parts[name])
    # Half of them stay well-formed, so that reading is tested and not only refusing.
    ways = rng.choice((range(5), (2, 3)))
    for _ in range(rng.randint(1, 4)):
        position = rng.randrange(len(xml))
        way = rng.choice(ways)
        if way == 0:
            xml[position : position + rng.randint(0, 2)] = rng.choice(BYTE_SNIPPETS)
        elif way == 1:
            xml[position:position] = rng.choice(XML_SNIPPETS)
        elif way == 2:
            _change_digit(xml, position, rng)
        elif way == 3:
            _replace_value(xml, rng)
        else:
            del xml[position : position + rng.randint(1, 4)]
    data = zip_parts({**parts, name: bytes(xml)})
    return set_declared_size(data, name, rng.randrange(10**6)) if rng.random() < 0.03 else data


def _change_digit(xml: bytearray, start: int, rng: random.Random) -> None:
    """Replace the next digit, so that the file stays well-formed."""
    for index in range(start, min(start + 400, len(xml))):
        if chr(xml[index]).isdigit():
            xml[index : index + 1] = str(rng.randrange(10)).encode() * rng.randint(1, 2)
            return


def _replace_value(xml: bytearray, rng: random.Random) -> None:
    """Replace a value with another number in any notation."""
    start = xml.find(b"<v>", rng.randrange(len(xml)))
    if start >= 0:
        end = xml.find(b"</v>", start)
        number = rng.choice((0, 7, -3, 12.25, 1e3, 0.1, 1e-7, 123456789, 2**53 + 1, 0.1 + 0.2))
        xml[start + 3 : end] = repr(number).encode()
