"""Pages that anybody may see without signing in: plain HTML without scripts."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from dashboard.components.help_links import PUBLIC_HELP_PATH
from dashboard.components.templates import render_template
from dashboard.selection import localize_path
from etl.locale import Locale

_STYLES = ("fonts.css", "base.css")
LANGUAGE_NAMES = (("en", "English"), ("km", "ខ្មែរ"))


def render_plain_page(
    template: str,
    *,
    title: str,
    locale: Locale,
    path: str,
    notices: Sequence[str] = (),
    with_sign_in: bool = True,
    **values: Any,
) -> Markup:
    """Render a template that extends `plain.html`. `path` is the page's address without the language prefix.

    `notices` say what kind of figures the page shows, for example that indicators are provisional.
    """
    return render_template(
        template,
        locale,
        title=title,
        path=path,
        notices=notices,
        with_sign_in=with_sign_in,
        styles=_STYLES,
        languages=LANGUAGE_NAMES,
        localize_path=localize_path,
        help_path=PUBLIC_HELP_PATH,
        **values,
    )
