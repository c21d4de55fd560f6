"""The Jinja2 templates of pages that are rendered on the server."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from dashboard.components.render_html import render_html
from dashboard.selection import localize_path
from dashboard.static_files import make_static_url
from etl.locale import Locale

FOLDER = Path(__file__).resolve().parents[1] / "documents" / "templates"


def render_template(name: str, locale: Locale, *, csrf: str = "", **values: Any) -> Markup:
    """Render a template, which may contain components as values.

    `csrf` is the token of forms that write. Templates know `_`, `ngettext`, `locale`, `url(path)` for a path in the
    page's language, and `make_static_url`. UndefinedError for a value that a template uses and does not get.
    """
    template = _make_environment().get_template(name)
    return Markup(
        template.render(
            _=locale.gettext,
            ngettext=locale.ngettext,
            locale=locale,
            url=lambda path: localize_path(path, locale.language),
            make_static_url=make_static_url,
            csrf=csrf,
            **values,
        )
    )


@pass_context
def _finalize(context: Context, value: Any) -> Any:
    """Render components to HTML and leave texts to autoescaping."""
    if isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return render_html(value, csrf=context.get("csrf", ""))


@cache
def _make_environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )
