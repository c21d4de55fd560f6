"""Charts of the newest edition for pages of others: one that may be framed by any site, and the code to copy."""

from flask.typing import ResponseReturnValue
from markupsafe import Markup

from dashboard.access.context import PageContext
from dashboard.access.headers import FRAMED_POLICY
from dashboard.access.registry import registry
from dashboard.components.plain_page import render_plain_page
from dashboard.components.templates import render_template
from dashboard.public.edition_responses import get_edition_cache, make_not_found_response, make_public_response
from dashboard.selection import localize_path
from etl.indicators.editions import EditionContents
from etl.indicators.vocabulary import Indicator
from etl.publication.indicator_picture import PICTURE_WIDTH, render_indicator_svg
from etl.wording.editions import describe_edition_source, list_edition_notices

FRAME_HEIGHT = 446
"""Pixels: the picture at its full width, and the line below it."""


@registry.route("/embed/<code>", permission="public")
def show_embedded_chart(page: PageContext) -> ResponseReturnValue:
    """Return the chart of an indicator with its source, the only kind of page that other sites may frame."""
    match = _find_indicator(page)
    if match is None:
        return _make_not_found(page)
    contents, indicator = match
    html = render_template(
        "embed.html",
        page.locale,
        title=indicator.name.get_text(page.language),
        styles=("fonts.css", "base.css"),
        picture=Markup(render_indicator_svg(contents, indicator, page.locale).decode()),
        source=describe_edition_source(contents, page.locale),
        address=localize_path(f"/indicators/{indicator.code}", page.language),
    )
    response = make_public_response(html.encode(), "text/html")
    response.headers["Content-Security-Policy"] = FRAMED_POLICY
    return response


@registry.route("/embed/<code>/code", permission="public")
def show_embed_code(page: PageContext) -> ResponseReturnValue:
    """Return the HTML that shows the chart in another page, to copy."""
    match = _find_indicator(page)
    if match is None:
        return _make_not_found(page)
    contents, indicator = match
    name = indicator.name.get_text(page.language)
    code = Markup(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" style="border:0;max-width:100%"></iframe>'
    ).format(
        page.origin + localize_path(f"/embed/{indicator.code}", page.language), name, PICTURE_WIDTH + 20, FRAME_HEIGHT
    )
    html = render_plain_page(
        "embed_code.html",
        title=page.gettext("Show this chart on your page"),
        locale=page.locale,
        path=f"/embed/{indicator.code}/code",
        notices=list_edition_notices(contents, page.locale),
        with_sign_in=False,
        indicator_name=name,
        code=str(code),
        address=localize_path(f"/indicators/{indicator.code}", page.language),
        picture=Markup(render_indicator_svg(contents, indicator, page.locale).decode()),
    )
    return make_public_response(html.encode(), "text/html")


def _find_indicator(page: PageContext) -> tuple[EditionContents, Indicator] | None:
    cache = get_edition_cache(page.source)
    editions = cache.list_editions()
    contents = cache.find_contents(editions[-1]) if editions else None
    indicator = contents.find_indicator(page.path_params["code"]) if contents else None
    return (contents, indicator) if contents is not None and indicator is not None else None


def _make_not_found(page: PageContext) -> ResponseReturnValue:
    editions = get_edition_cache(page.source).list_editions()
    return make_not_found_response(page, editions, folder="indicators", code=page.path_params["code"])
