"""The guides for staff, and the printed card for officers."""

from flask import Response
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import render_document
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.help_links import CARD_PATH, HELP_PATH, PUBLIC_HELP_PATH
from dashboard.components.templates import render_template
from dashboard.selection import localize_path
from etl.locale import LANGUAGES, get_locale
from etl.publication.guides import PUBLIC_GUIDE, STAFF_GUIDES, read_guide

_CARD_STYLES = ("fonts.css", "base.css", "help.css")


@registry.route(HELP_PATH, permission="staff")
def show_guides(page: PageContext) -> ResponseReturnValue:
    """Show the list of guides."""
    return render_document("guides.html", page, page.gettext("Help"), guides=_list_guides(page), card_path=CARD_PATH)


@registry.route(f"{HELP_PATH}/<guide>", permission="staff")
def show_guide(page: PageContext) -> ResponseReturnValue:
    """Show a guide; 404 for an unknown one."""
    if page.path_params["guide"] not in STAFF_GUIDES:
        return make_not_found_response(page.locale, page.path)
    guide = read_guide(page.path_params["guide"], page.language)
    return render_document("guide.html", page, guide.title, guide=guide, help_path=HELP_PATH)


@registry.route(CARD_PATH, permission="staff")
def show_card(page: PageContext) -> ResponseReturnValue:
    """Show how to send a return on one sheet of A4, in each language."""
    settings = page.snapshot.plans.latest.settings if page.snapshot else None
    html = render_template(
        "card.html",
        page.locale,
        title=page.gettext("Card for officers"),
        styles=_CARD_STYLES,
        locales=[get_locale(language) for language in LANGUAGES],
        address=page.context.settings.address.removeprefix("https://").removeprefix("http://"),
        due_days=settings.due_days if settings else None,
        help_path=HELP_PATH,
    )
    return Response(html, mimetype="text/html")


def _list_guides(page: PageContext) -> list[tuple[str, str]]:
    """Return the address and title of each guide."""
    paths = {name: f"{HELP_PATH}/{name}" for name in STAFF_GUIDES} | {PUBLIC_GUIDE: PUBLIC_HELP_PATH}
    return [(localize_path(path, page.language), read_guide(name, page.language).title) for name, path in paths.items()]
