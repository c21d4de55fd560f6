"""The layouts that people saved: their list, and the page of each, on which it is renamed and deleted."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import render_document
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.forms import build_checkbox, build_submit_button, build_text_field
from dashboard.components.markup import tags
from dashboard.components.tables import build_table
from dashboard.components.uploads import redirect_after_post
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.locale import N_
from etl.queries.saved_layouts import SavedLayout, find_saved_layout, list_saved_layouts
from etl.use_cases.returns.save_layouts import delete_layout, rename_layout
from etl.wording.returns import describe_error

LAYOUTS = "/staff/layouts"
COLUMN_LABELS = {
    "code": N_("code of the indicator"),
    "indicator": N_("name of the indicator"),
    "part": N_("part of the indicator"),
    "site": N_("site"),
    "period": N_("period"),
    "year": N_("year"),
    "quarter": N_("quarter"),
    "value": N_("value: the results"),
    "unit": N_("unit"),
    "note": N_("note"),
}
"""What a column holds, by its role in a layout."""
_KINDS = {"long": N_("a row for each value"), "wide": N_("quarters or years as columns")}
_NOTICES = {
    "renamed": N_("The layout has been renamed."),
    "deleted": N_("The layout has been deleted. Returns that were read with it stay."),
}
_UNCONFIRMED = N_("Tick the box to delete the layout.")


@registry.route(f"{LAYOUTS}/<name>", permission="manage", methods=("GET", "POST"))
def handle_saved_layout(page: PageContext) -> ResponseReturnValue:
    """Show a saved layout; after a POST, rename or delete it, or show the error."""
    name = page.path_params["name"]
    saved = find_saved_layout(page.source.engine, name)
    if saved is None:
        return make_not_found_response(page.locale, page.path)
    if request.method != "POST":
        return _render(page, saved)
    try:
        if request.form.get("action") == "rename":
            new_name = request.form.get("name", "").strip()
            rename_layout(page.source.engine, name, new_name, actor=page.visitor.name, now=page.now)
            return _redirect(page, f"{LAYOUTS}/{new_name}", "renamed")
        if request.form.get("confirmed") != name:
            return _render(page, saved, page.gettext(_UNCONFIRMED))
        delete_layout(page.source.engine, name, actor=page.visitor.name, now=page.now)
        return _redirect(page, LAYOUTS, "deleted")
    except TranslatableError as error:
        return _render(page, saved, describe_error(error, page.locale))


def get_notice(page: PageContext) -> str:
    """Return the notice about the last action that the address names; blank if it names none."""
    notice = _NOTICES.get(request.args.get("notice", "")) if request.method == "GET" else None
    return page.gettext(notice) if notice else ""


def build_saved_layouts(page: PageContext) -> Any:
    """Return the table of the saved layouts; None if there are none."""
    _ = page.gettext
    rows = [
        [
            tags.A(saved.layout.name, href=localize_path(f"{LAYOUTS}/{saved.layout.name}", page.language)),
            _(_KINDS[saved.layout.kind]),
            saved.saved_by,
            page.locale.format_moment(saved.saved_at),
        ]
        for saved in list_saved_layouts(page.source.engine)
    ]
    header = (_("Name"), _("Rows and columns"), _("Saved by"), _("Saved on"))
    return build_table(_("Saved layouts"), header, rows, stacks=True) if rows else None


def _redirect(page: PageContext, path: str, notice: str) -> ResponseReturnValue:
    return redirect_after_post(localize_path(f"{path}?notice={notice}", page.language))


def _render(page: PageContext, saved: SavedLayout, error: str = "") -> ResponseReturnValue:
    _, layout = page.gettext, saved.layout
    return render_document(
        "saved_layout.html",
        page,
        _("Layout {name}", name=layout.name),
        errors=(error,) if error else (),
        status=422 if error else 200,
        notice=get_notice(page),
        layout=layout,
        kind=_(_KINDS[layout.kind]),
        saved=_("Saved by {who} on {when}.", who=saved.saved_by, when=page.locale.format_moment(saved.saved_at)),
        headings=_build_headings(page, saved),
        name_field=build_text_field(
            _("New name"),
            "name",
            value=request.form.get("name", layout.name),
            hint=_("Small Latin letters, digits and hyphens."),
        ),
        confirmation=build_checkbox(
            _("Delete the layout {name} for everybody", name=layout.name), "confirmed", layout.name, False
        ),
        build_submit_button=build_submit_button,
    )


def _build_headings(page: PageContext, saved: SavedLayout) -> Any:
    """Return a table with the headings of each kind of column."""
    _, layout = page.gettext, saved.layout
    rows = [(_(COLUMN_LABELS[role]), headings) for role, headings in layout.columns.items()]
    rows += [
        (_("results, beside a period"), layout.value_headings),
        (_("totals of a year"), layout.total_headings),
        (_("ignored: no results"), layout.ignored_headings),
    ]
    cells = [[label, " · ".join(headings)] for label, headings in rows if headings]
    return build_table(_("Headings of the columns"), (_("What it holds"), _("Headings")), cells, stacks=True)
