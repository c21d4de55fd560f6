"""Field data: the sources, what was read from each, and the numbers that are in drafts with their submissions."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.forms import build_error_summary, build_hidden_field, build_submit_button
from dashboard.components.markup import make_aria_label, tags
from dashboard.components.tables import build_table
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.jobs.queue import start_job
from etl.use_cases.returns.pull_field_data import SourceStatus, list_sources
from etl.wording.field_data import USAGE_LABELS
from etl.wording.returns import describe_error

PATH = "/admin/field-data"
_MAX_VALUES = 200
_MAX_IDS = 20


@registry.route(PATH, permission="administer", methods=("GET", "POST"))
def handle_field_data(page: PageContext) -> ResponseReturnValue:
    """Show the sources; after a POST, start reading one."""
    statuses = list_sources(page.source.engine, page.context.settings)
    if request.method != "POST":
        return _render(page, statuses, ())
    name = request.form.get("source", "")
    if not any(status.name == name and status.source and status.has_secret for status in statuses):
        return _render(page, statuses, (page.gettext("This source is not ready. Reload the page."),))
    try:
        job_id = start_job(
            page.source.engine, "field-data", owner=page.visitor.name, parameters={"source": name}, now=page.now
        )
    except TranslatableError as error:
        return _render(page, statuses, (describe_error(error, page.locale),))
    return redirect(localize_path(f"/staff/jobs/{job_id}", page.language), 303)


def _render(page: PageContext, statuses: Sequence[SourceStatus], errors: Sequence[str]) -> ResponseReturnValue:
    _ = page.gettext
    title = _("Field data")
    content = [
        build_error_summary(errors, page),
        tags.H1(title),
        tags.P(
            _(
                "Submissions of KoboToolbox and ODK Central are counted into drafts of returns. Officers check and "
                "submit them; nothing enters figures before approval."
            ),
            className="sub",
        ),
        _build_sources(page, statuses),
        *(_build_values(page, status) for status in statuses if status.values),
    ]
    return make_document_response(page, title, content, 422 if errors else 200)


def _build_sources(page: PageContext, statuses: Sequence[SourceStatus]) -> Any:
    _ = page.gettext
    if not statuses:
        return tags.P(_("No source is set up yet. To set one up, follow docs/field-data.md."), className="muted")
    header = (_("Source"), _("State"), _("Last change"), _("Submissions"), _("Read"))
    rows = [_build_source(page, status) for status in statuses]
    return build_table(_("Sources"), header, rows, table_id="sources", stacks=True)


def _build_source(page: PageContext, status: SourceStatus) -> list[Any]:
    _ = page.gettext
    counts = [f"{_(USAGE_LABELS[usage])}: {count}" for usage, count in sorted(status.usage_counts.items())]
    button: Any = "–"
    if status.source is not None and status.has_secret:
        label = _("Read {source}", source=status.source.title)
        submit = build_submit_button(_("Read now"), is_secondary=True, **make_aria_label(label))
        fields = [build_hidden_field("source", status.name), submit]
        button = tags.Form(fields, method="post", action=localize_path(PATH, page.language))
    return [
        status.source.title if status.source is not None else status.name,
        _describe_state(page, status),
        page.locale.format_moment(status.last_change) if status.last_change is not None else "–",
        " · ".join(counts) or "–",
        button,
    ]


def _describe_state(page: PageContext, status: SourceStatus) -> str:
    if status.error is not None:
        return describe_error(status.error, page.locale)
    if not status.has_secret:
        return page.gettext("The setting FIELD_TOKENS has no secret for {name}.", name=status.name)
    return page.gettext("ready")


def _build_values(page: PageContext, status: SourceStatus) -> Any:
    """Return the newest numbers of a source with their submissions."""
    _ = page.gettext
    title = status.source.title if status.source is not None else status.name
    values = sorted(status.values, key=lambda value: (-value.quarter.index, value.site, value.key))
    header = (_("Site"), _("Quarter"), _("Number"), _("Value"), _("Submissions"))
    rows = [
        [
            value.site,
            page.locale.format_quarter(value.quarter),
            value.key,
            value.value or "–",
            _list_ids(value.submissions),
        ]
        for value in values[:_MAX_VALUES]
    ]
    rest = len(values) - _MAX_VALUES
    table = build_table(title, header, rows, numeric=(3,), table_id=f"values-{status.name}", stacks=True)
    more = tags.P(_("and {count} more", count=rest), className="muted") if rest > 0 else None
    return tags.Section([tags.H2(title), table, more])


def _list_ids(ids: Sequence[str]) -> str:
    listed = ", ".join(ids[:_MAX_IDS])
    return f"{len(ids)}: {listed}{' …' if len(ids) > _MAX_IDS else ''}" if ids else "0"
