"""Editions for the administrator: previewing and publishing the next one."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.forms import build_error_summary, build_select_field, build_text_field
from dashboard.components.markup import tags
from dashboard.components.tables import build_table, describe_hidden_rows
from dashboard.components.uploads import redirect_after_post
from dashboard.selection import add_base_path, localize_path
from etl.errors import TranslatableError
from etl.exports.edition.iati_activity import list_missing_settings
from etl.exports.edition.iati_omissions import describe_iati_omissions
from etl.indicators.editions import EditionContents, Suppression, parse_edition_id
from etl.indicators.periods import Quarter, list_quarters_between, parse_quarter
from etl.indicators.vocabulary import ReturnState
from etl.jobs.queue import start_job
from etl.queries.edition_draft import ExcludedReturn
from etl.queries.editions import find_newest_edition_contents, list_editions, map_replacements
from etl.use_cases.reporting.publish import EditionDraft, EditionError, check_draft, draft_edition
from etl.wording.editions import describe_edition_period, describe_restatement_count
from etl.wording.restatements import iterate_changes
from etl.wording.returns import describe_error, describe_return_state

PATH = "/admin/editions"
_MAX_REASON_LENGTH = 500
_MAX_RESTATEMENTS = 100
_MAX_OPEN_ROWS = 12


@registry.route(PATH, permission="administer", methods=("GET", "POST"))
def handle_editions(page: PageContext) -> ResponseReturnValue:
    """Show the editions and a preview; after a POST, start the job that publishes and redirect to it."""
    if request.method != "POST":
        return _render(page, _parse_quarter(request.args.get("quarter", "")), ())
    edition_id, reason = request.form.get("edition", ""), request.form.get("reason", "").strip()[:_MAX_REASON_LENGTH]
    parsed_id = parse_edition_id(edition_id)
    if parsed_id is None:
        return _render(page, None, ())
    try:
        check_draft(draft_edition(page.source, parsed_id[0], today=page.now.date(), reason=reason))
    except TranslatableError as error:
        return _render(page, parsed_id[0], (describe_error(error, page.locale),))
    parameters = {"edition": edition_id, "reason": reason}
    job_id = start_job(page.source.engine, "edition", owner=page.visitor.name, parameters=parameters, now=page.now)
    return redirect_after_post(localize_path(f"/staff/jobs/{job_id}", page.language))


def _parse_quarter(text: str) -> Quarter | None:
    try:
        return parse_quarter(text)
    except ValueError:
        return None


def _render(page: PageContext, quarter: Quarter | None, errors: Sequence[str]) -> ResponseReturnValue:
    _ = page.gettext
    snapshot = page.source.find_snapshot()
    content: list[Any] = [
        build_error_summary(errors, page),
        tags.H1(_("Editions")),
        tags.P(
            _("Each edition publishes the approved figures of a quarter. Its figures and its address never change."),
            className="sub",
        ),
    ]
    if snapshot is not None:
        settings = snapshot.plans.latest.settings
        last = min(settings.calendar.find_last_ended_quarter(page.now.date()), settings.last_quarter)
        ended_quarters = list(list_quarters_between(settings.first_quarter, last))
        content += [
            _build_quarter_form(page, ended_quarters, quarter),
            _build_preview(page, quarter) if quarter else None,
        ]
    content += [_build_edition_list(page), _build_iati_section(page)]
    return make_document_response(page, _("Editions"), content, 422 if errors else 200)


def _build_quarter_form(page: PageContext, ended_quarters: Sequence[Quarter], quarter: Quarter | None) -> Any:
    _ = page.gettext
    options = [(str(quarter), page.locale.format_quarter(quarter)) for quarter in reversed(ended_quarters)]
    return tags.Form(
        [
            build_select_field(
                _("Quarter"), "quarter", options, str(quarter) if quarter else "", field_id="choose-quarter"
            ),
            tags.Button(_("Preview"), type="submit", className="button second"),
        ],
        method="get",
        action=localize_path(PATH, page.language),
        className="stacked",
    )


def _build_preview(page: PageContext, quarter: Quarter) -> Any:
    """Return what would be published now with the button to publish it, or the reason why it cannot be."""
    _ = page.gettext
    try:
        draft = draft_edition(page.source, quarter, today=page.now.date())
    except EditionError as error:
        return tags.P(describe_error(error, page.locale), className="note")
    edition = draft.edition
    return tags.Section(
        [
            tags.H2(_("Edition {name}", name=edition.id)),
            _build_summary(page, draft),
            tags.H3(_("Excluded returns")),
            _build_excluded_returns(page, draft.excluded_returns),
            tags.H3(_("Restatements")),
            _build_restatements(page, draft),
            _build_publish_form(page, draft),
        ],
        className="edition-preview",
    )


def _build_summary(page: PageContext, draft: EditionDraft) -> Any:
    _, edition = page.gettext, draft.edition
    states = Counter(figure.state for figure in draft.figures)
    lines = [
        _("Figures: {count:,}; with a value: {shown:,}", count=len(draft.figures), shown=states["value"]),
        _(
            "Small counts that are withheld: {small}; others withheld because they would reveal them: {beside}",
            small=states[Suppression.SMALL],
            beside=states[Suppression.WITHHELD],
        ),
        _(
            "Site returns approved: {received} of {expected}.",
            received=edition.returns_received,
            expected=edition.returns_expected,
        ),
        page.locale.ngettext(
            "{count} public remark will be published as written. Check it first.",
            "{count} public remarks will be published as written. Check them first.",
            len(edition.remarks),
            count=len(edition.remarks),
        ),
        _("This replaces edition {edition}.", edition=edition.replaces) if edition.replaces else None,
    ]
    return tags.Ul([tags.Li(line) for line in lines if line])


def _build_excluded_returns(page: PageContext, excluded_returns: Sequence[ExcludedReturn]) -> Any:
    _ = page.gettext
    if not excluded_returns:
        return tags.P(_("All due returns are approved."))
    state_labels = {
        "missing": _("missing"),
        **{state.value: describe_return_state(state, page.locale) for state in ReturnState},
    }
    rows = [
        [excluded_return.site, page.locale.format_quarter(excluded_return.quarter), state_labels[excluded_return.state]]
        for excluded_return in excluded_returns
    ]
    table = build_table(_("Excluded returns"), (_("Site"), _("Quarter"), _("State")), rows)
    if len(rows) <= _MAX_OPEN_ROWS:
        return table
    # A new centre has hundreds: the button to publish must not stand below all of them.
    summary = page.locale.ngettext("Show {count} return", "Show {count} returns", len(rows), count=len(rows))
    return tags.Details([tags.Summary(summary), table], className="reminder")


def _build_restatements(page: PageContext, draft: EditionDraft) -> Any:
    _, edition = page.gettext, draft.edition
    if not edition.before:
        return tags.P(_("This is the first edition, so there are no restatements."))
    count_line = tags.P(describe_restatement_count(len(edition.restatements), edition.before, page.locale))
    changes = list(iterate_changes(EditionContents(edition, draft.figures), page.locale))
    rows = [
        [
            f"{change.indicator.code} · {change.indicator.name.get_text(page.language)}",
            change.subject,
            describe_edition_period(change.period, page.locale),
            change.before,
            change.after,
        ]
        for change in changes[:_MAX_RESTATEMENTS]
    ]
    hidden_count = len(changes) - len(rows)
    if not rows:
        return count_line
    return tags.Div(
        [
            count_line,
            build_table(
                _("Restatements"), (_("Indicator"), _("What"), _("Period"), _("Before"), _("Now")), rows, stacks=True
            ),
            tags.P(describe_hidden_rows(hidden_count, page.locale)) if hidden_count > 0 else None,
        ],
    )


def _build_publish_form(page: PageContext, draft: EditionDraft) -> Any:
    """Return the form that starts publishing. A replacement needs a reason."""
    _, edition = page.gettext, draft.edition
    reason = build_text_field(
        _("Reason for the replacement"),
        "reason",
        value=request.form.get("reason", ""),
        lines=2,
        maxLength=_MAX_REASON_LENGTH,
    )
    return tags.Form(
        [
            tags.Input(type="hidden", name="edition", value=edition.id),
            reason if edition.replaces else None,
            tags.Button(_("Publish edition {name}", name=edition.id), type="submit", className="button"),
        ],
        method="post",
        action=localize_path(PATH, page.language),
    )


def _build_iati_section(page: PageContext) -> Any:
    """Return what the IATI file of the newest edition leaves out; None before the first edition."""
    _, contents = page.gettext, find_newest_edition_contents(page.source)
    if contents is None:
        return None
    edition = contents.edition
    title = _("IATI file of edition {name}", name=edition.id)
    address = add_base_path(f"/editions/{edition.id}/downloads/iati.xml")
    rows = [
        [text, page.locale.format_amount(Decimal(count), 0)]
        for text, count in describe_iati_omissions(contents, page.locale)
    ]
    missing = ", ".join(list_missing_settings(edition, page.context.settings.iati))
    return tags.Section(
        [
            tags.H2(title),
            tags.P(tags.A(_("Download the IATI file"), href=address)),
            tags.P(_("Settings without which it leaves something out: {names}.", names=missing)) if missing else None,
            build_table(title, (_("What it leaves out"), _("Figures")), rows)
            if rows
            else tags.P(_("It has every figure of the edition.")),
        ],
        id="iati",
    )


def _build_edition_list(page: PageContext) -> Any:
    _ = page.gettext
    editions = list_editions(page.source)
    if not editions:
        next_step: Any = _("Choose a quarter above, preview its edition and publish it.")
        if page.snapshot is None:
            next_step = tags.A(_("Load a plan first."), href=localize_path("/admin/plan", page.language))
        return tags.P([_("No editions have been published yet."), " ", next_step])
    replacements = map_replacements(editions)
    rows = []
    for edition in reversed(editions):
        address = add_base_path(f"/editions/{edition.id}/{'km/' if page.language == 'km' else ''}")
        newest = _("newest") if edition.id == editions[-1].id else _("older")
        status = _("replaced by {edition}", edition=replacements[edition.id]) if edition.id in replacements else newest
        rows.append([tags.A(edition.id, href=address), page.locale.format_day(edition.published_on), status])
    return tags.Section(
        [
            tags.H2(_("Published")),
            build_table(_("Editions"), (_("Edition"), _("Published"), _("Status")), rows),
        ],
    )
