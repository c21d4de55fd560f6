"""The list of editions, their feed, and the line at the top of one that is older or replaced."""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

from etl.database.edition_records import EditionLine
from etl.indicators.editions import Book
from etl.locale.translations import format_day, format_quarter, speak
from etl.publication.front_page import DOWNLOADS
from etl.publication.public_page import STATUS_MARK, Place, joined, link, public_page
from etl.publication.public_tables import row, table


def editions_page(book: Book, lines: Sequence[EditionLine], replaced: Mapping[str, str], place: Place) -> bytes:
    """All editions, newest first. `book` is the newest, in whose frame the list stands."""
    language = place.language
    say = speak(language)
    title = say("Editions")
    told = say("Each edition freezes the approved figures of a quarter; its numbers and its address never change.")
    rows = Markup("").join(_edition_row(one, replaced, lines[-1].id, place) for one in reversed(lines))
    heads = (say("Edition"), say("Quarter"), say("Published"), say("Status"), say("Downloads"))
    feed = link(f"{place.root}feed.xml", say("Feed of editions"))
    body = Markup("<h1>{}</h1><p>{}</p>{}<p>{}</p>").format(title, told, table(title, heads, rows, kind="words"), feed)
    return public_page(book, place, title=title, told=told, body=body, here="editions.html")


def _edition_row(one: EditionLine, replaced: Mapping[str, str], newest: str, place: Place) -> Markup:
    language = place.language
    say = speak(language)
    folder = f"{place.root}editions/{one.id}/"
    home = folder + ("km/index.html" if language == "km" else "index.html")
    if one.id in replaced:
        status = say("replaced by {edition}", edition=replaced[one.id])
    else:
        status = say("newest") if one.id == newest else say("older")
    names = [link(folder + path.format(language=language), name) for path, name in DOWNLOADS]
    cells = (
        ("", format_quarter(one.quarter, language)),
        ("", format_day(one.published_at.date(), language)),
        ("", status),
        ("", joined(names)),
    )
    return row(link(home, one.id), cells)


def status_line(line: EditionLine, newest: EditionLine, replaced: Mapping[str, str], place: Place) -> bytes:
    """What a server puts into a page of an edition that isn't the newest; nothing into that of the newest.

    It goes in the place of `STATUS_MARK`. The links lead to the same page of the other edition.
    """
    if line.id == newest.id:
        return b""
    say = speak(place.language)
    folder = place.root + "../"
    home = "km/index.html" if place.language == "km" else "index.html"
    by = replaced.get(line.id)
    parts: list[Markup | str] = []
    if by:
        parts.append(Markup("{} {}").format(say("This edition is replaced by"), link(f"{folder}{by}/{home}", by)))
    else:
        parts.append(say("This is edition {name}, not the newest.", name=line.id))
    if by != newest.id:
        parts.append(Markup("{} {}").format(say("Newest:"), link(f"{folder}{newest.id}/{home}", newest.id)))
    return str(Markup('<p class="status" role="status">{}</p>').format(joined(parts))).encode()


def with_status(page: bytes, line: bytes) -> bytes:
    """The page with the line in its place; without one, the page as it is."""
    mark = STATUS_MARK.encode()
    return page.replace(mark, line, 1) if line else page


def editions_feed(title: str, lines: Sequence[EditionLine], address: str) -> bytes:
    """An Atom feed, newest first. `address` is where the public side lives, blank where that isn't known."""
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})
    SubElement(feed, "title").text = title
    SubElement(feed, "id").text = "tag:cardec,2022:editions"
    SubElement(feed, "updated").text = lines[-1].published_at.isoformat() if lines else "2022-01-01T00:00:00+00:00"
    SubElement(feed, "link", {"rel": "self", "href": f"{address}feed.xml"})
    author = SubElement(feed, "author")
    SubElement(author, "name").text = "CARDEC"
    for one in reversed(lines):
        entry = SubElement(feed, "entry")
        SubElement(entry, "title").text = f"Edition {one.id}"
        SubElement(entry, "id").text = f"tag:cardec,2022:edition:{one.id}"
        SubElement(entry, "updated").text = one.published_at.isoformat()
        SubElement(entry, "link", {"href": f"{address}editions/{one.id}/index.html"})
        SubElement(entry, "summary").text = f"Approved figures up to {one.quarter}."
    text: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return text
