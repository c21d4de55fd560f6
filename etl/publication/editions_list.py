"""Render the list of editions, their feed, and the line at the top of older editions."""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from etl.database.edition_records import EditionSummary
from etl.indicators.editions import EditionContents
from etl.publication.public_page import STATUS_PLACEHOLDER, EditionPage, render_public_page
from etl.publication.templating import render_template


def render_editions_page(
    contents: EditionContents, editions: Sequence[EditionSummary], replacements: Mapping[str, str], page: EditionPage
) -> bytes:
    """Return the list of editions, newest first. `contents` is the newest edition, whose frame the list has."""
    return render_public_page("editions.html", contents, page, editions=editions, replacements=replacements)


def render_status_line(
    edition: EditionSummary, newest: EditionSummary, replacements: Mapping[str, str], page: EditionPage
) -> bytes:
    """Return the line for pages of an edition that is not the newest; nothing for the newest.

    `insert_status_line` inserts it. Its links lead to the newest edition and to the replacement.
    """
    if edition.id == newest.id:
        return b""
    replacement = replacements.get(edition.id)
    line = render_template(
        "public/status_line.html", page.locale, edition=edition, newest=newest, replacement=replacement, page=page
    )
    return line.strip().encode()


def insert_status_line(page: bytes, status_line: bytes) -> bytes:
    """Return the page with the line in place of `STATUS_PLACEHOLDER`."""
    return page.replace(STATUS_PLACEHOLDER.encode(), status_line, 1) if status_line else page


def render_editions_feed(title: str, editions: Sequence[EditionSummary], address: str) -> bytes:
    """Return an Atom feed, newest first. `address` is the public URL of the site, blank if it is unknown."""
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})
    SubElement(feed, "title").text = title
    SubElement(feed, "id").text = "tag:cardec,2022:editions"
    updated = editions[-1].published_at.isoformat() if editions else "2022-01-01T00:00:00+00:00"
    SubElement(feed, "updated").text = updated
    SubElement(feed, "link", {"rel": "self", "href": f"{address}feed.xml"})
    author = SubElement(feed, "author")
    SubElement(author, "name").text = "CARDEC"
    for edition in reversed(editions):
        entry = SubElement(feed, "entry")
        SubElement(entry, "title").text = f"Edition {edition.id}"
        SubElement(entry, "id").text = f"tag:cardec,2022:edition:{edition.id}"
        SubElement(entry, "updated").text = edition.published_at.isoformat()
        SubElement(entry, "link", {"href": f"{address}editions/{edition.id}/index.html"})
        SubElement(entry, "summary").text = f"Approved figures up to {edition.quarter}."
    xml: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return xml
