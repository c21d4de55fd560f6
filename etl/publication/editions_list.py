"""The list of editions, their feed, and the line at the top of one that is older or replaced."""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

from etl.database.edition_records import EditionSummary
from etl.indicators.editions import EditionContents
from etl.publication.front_page import DOWNLOADS
from etl.publication.public_page import STATUS_PLACEHOLDER, EditionPage, join_parts, link, render_public_page
from etl.publication.public_tables import row, table


def render_editions_page(
    contents: EditionContents, editions: Sequence[EditionSummary], replacements: Mapping[str, str], page: EditionPage
) -> bytes:
    """All editions, newest first. `book` is the newest, in whose frame the list stands."""
    locale = page.locale
    _ = locale.gettext
    title = _("Editions")
    told = _("Each edition publishes the approved figures of a quarter. Its figures and its address never change.")
    rows = Markup("").join(_edition_row(one, replacements, editions[-1].id, page) for one in reversed(editions))
    heads = (_("Edition"), _("Quarter"), _("Published"), _("Status"), _("Downloads"))
    feed = link(f"{page.root}feed.xml", _("Feed of editions"))
    body = Markup("<h1>{}</h1><p>{}</p>{}<p>{}</p>").format(
        title, told, table(title, heads, rows, css_class="words"), feed
    )
    return render_public_page(contents, page, title=title, description=told, body=body, current_path="editions.html")


def _edition_row(one: EditionSummary, replaced: Mapping[str, str], newest: str, place: EditionPage) -> Markup:
    locale = place.locale
    _ = locale.gettext
    folder = f"{place.root}editions/{one.id}/"
    home = folder + ("km/index.html" if locale.language == "km" else "index.html")
    if one.id in replaced:
        status = _("replaced by {edition}", edition=replaced[one.id])
    else:
        status = _("newest") if one.id == newest else _("older")
    names = [link(folder + path.format(language=locale.language), name) for path, name in DOWNLOADS]
    cells = (
        ("", locale.format_quarter(one.quarter)),
        ("", locale.format_day(one.published_at.date())),
        ("", status),
        ("", join_parts(names)),
    )
    return row(link(home, one.id), cells)


def render_status_line(
    edition: EditionSummary, newest: EditionSummary, replacements: Mapping[str, str], page: EditionPage
) -> bytes:
    """What a server puts into a page of an edition that isn't the newest; nothing into that of the newest.

    It goes in the place of `STATUS_PLACEHOLDER`. The links lead to the same page of the other edition.
    """
    if edition.id == newest.id:
        return b""
    _ = page.locale.gettext
    folder = page.root + "../"
    home = "km/index.html" if page.language == "km" else "index.html"
    by = replacements.get(edition.id)
    parts: list[Markup | str] = []
    if by:
        parts.append(Markup("{} {}").format(_("This edition is replaced by"), link(f"{folder}{by}/{home}", by)))
    else:
        parts.append(_("This is edition {name}, not the newest.", name=edition.id))
    if by != newest.id:
        parts.append(Markup("{} {}").format(_("Newest:"), link(f"{folder}{newest.id}/{home}", newest.id)))
    return str(Markup('<p class="status" role="status">{}</p>').format(join_parts(parts))).encode()


def insert_status_line(page: bytes, status_line: bytes) -> bytes:
    """The page with the line in its place; without one, the page as it is."""
    mark = STATUS_PLACEHOLDER.encode()
    return page.replace(mark, status_line, 1) if status_line else page


def render_editions_feed(title: str, editions: Sequence[EditionSummary], address: str) -> bytes:
    """An Atom feed, newest first. `address` is where the public side lives, blank where that isn't known."""
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})
    SubElement(feed, "title").text = title
    SubElement(feed, "id").text = "tag:cardec,2022:editions"
    SubElement(feed, "updated").text = (
        editions[-1].published_at.isoformat() if editions else "2022-01-01T00:00:00+00:00"
    )
    SubElement(feed, "link", {"rel": "self", "href": f"{address}feed.xml"})
    author = SubElement(feed, "author")
    SubElement(author, "name").text = "CARDEC"
    for one in reversed(editions):
        entry = SubElement(feed, "entry")
        SubElement(entry, "title").text = f"Edition {one.id}"
        SubElement(entry, "id").text = f"tag:cardec,2022:edition:{one.id}"
        SubElement(entry, "updated").text = one.published_at.isoformat()
        SubElement(entry, "link", {"href": f"{address}editions/{one.id}/index.html"})
        SubElement(entry, "summary").text = f"Approved figures up to {one.quarter}."
    text: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return text
