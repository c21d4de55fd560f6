"""What search engines read: which addresses they may visit, and the list of public pages."""

from xml.etree.ElementTree import Element, SubElement, tostring

from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.public.edition_responses import get_edition_cache, make_public_response
from dashboard.selection import add_base_path, localize_path
from etl.locale import LANGUAGES

_ROBOTS = (
    "User-agent: *\nDisallow: {base}/staff\nDisallow: {base}/admin\nDisallow: {base}/sign-in\n"
    "Sitemap: {address}/sitemap.xml\n"
)


def get_site_address(page: PageContext) -> str:
    """Return the public URL of the site, without a slash at its end."""
    return page.origin + add_base_path("")


@registry.route("/robots.txt", permission="public")
def show_robots(page: PageContext) -> ResponseReturnValue:
    """Return the addresses that search engines should leave out."""
    text = _ROBOTS.format(base=add_base_path(""), address=get_site_address(page))
    return make_public_response(text.encode(), "text/plain")


@registry.route("/sitemap.xml", permission="public")
def show_sitemap(page: PageContext) -> ResponseReturnValue:
    """Return the pages of the newest edition in each language, and the pages of older editions."""
    cache = get_edition_cache(page.source)
    editions = cache.list_editions()
    outline = cache.find_outline(editions[-1]) if editions else None
    paths = ["/"]
    if outline is not None:
        paths += ["/explore", "/editions", "/downloads.html"]
        paths += [f"/objectives/{objective.code}" for objective in outline.plan.objectives]
        paths += [f"/programmes/{programme.code}" for programme in outline.plan.programmes]
        paths += [f"/indicators/{indicator.code}" for indicator in outline.indicators]
    root = Element("urlset", {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"})
    addresses = [localize_path(path, language) for path in paths for language in LANGUAGES]
    addresses += [add_base_path(f"/editions/{edition.id}/") for edition in editions]
    for address in addresses:
        SubElement(SubElement(root, "url"), "loc").text = page.origin + address
    xml: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return make_public_response(xml, "application/xml")
