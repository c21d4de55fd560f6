"""Editions for the administrator: what the next one would hold, leave out and restate, and publishing it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.tables import build_table, element
from dashboard.components.upload_form import build_error_list, build_select
from dashboard.components.uploads import redirect_after_post
from dashboard.components.validated_fields import build_text_area
from dashboard.selection import localize_path
from etl.errors import TranslatableError
from etl.indicators.editions import Suppression, parse_edition_id
from etl.indicators.periods import Quarter, parse_quarter, quarters_between
from etl.indicators.vocabulary import ReturnState
from etl.jobs.queue import start_job
from etl.queries.edition_draft import ExcludedReturn
from etl.queries.editions import list_editions, map_replacements
from etl.use_cases.reporting.publish import EditionDraft, EditionError, check_draft, draft_edition
from etl.wording.editions import describe_edition_period, describe_restated_value, describe_restatement_count
from etl.wording.returns import describe_error, describe_return_state

PATH = "/admin/editions"
_LONGEST_REASON = 500
_MOST_RESTATED = 100


@registry.route(PATH, permission="administer", methods=("GET", "POST"))
def handle_editions(asked: PageContext) -> ResponseReturnValue:
    """The editions and the preview of the chosen quarter's next one; sent, the job that publishes it."""
    if sent.method != "POST":
        return _answer(asked, _quarter(sent.args.get("quarter", "")), ())
    name, reason = sent.form.get("edition", ""), sent.form.get("reason", "").strip()[:_LONGEST_REASON]
    found = parse_edition_id(name)
    if found is None:
        return _answer(asked, None, ())
    try:
        check_draft(draft_edition(asked.source, found[0], today=asked.now.date(), reason=reason))
    except TranslatableError as error:
        return _answer(asked, found[0], (describe_error(error, asked.locale),))
    parameters = {"edition": name, "reason": reason}
    number = start_job(asked.source.engine, "edition", owner=asked.visitor.name, parameters=parameters, now=asked.now)
    return redirect_after_post(localize_path(f"/staff/jobs/{number}", asked.language))


def _quarter(text: str) -> Quarter | None:
    try:
        return parse_quarter(text)
    except ValueError:
        return None


def _answer(asked: PageContext, quarter: Quarter | None, faults: Sequence[str]) -> ResponseReturnValue:
    _ = asked.gettext
    snapshot = asked.source.find_snapshot()
    content: list[Any] = [
        build_error_list(faults, asked),
        element("H1", _("Editions")),
        element(
            "P",
            _("Each edition freezes the approved figures of a quarter; its numbers and its address never change."),
            className="sub",
        ),
    ]
    if snapshot is not None:
        settings = snapshot.plans.latest.settings
        last = min(settings.calendar.last_ended(asked.now.date()), settings.last_quarter)
        ended = list(quarters_between(settings.first_quarter, last))
        content += [_choice(asked, ended, quarter), _preview(asked, quarter) if quarter else None]
    content.append(_list(asked))
    return make_document_response(asked, _("Editions"), content, 422 if faults else 200)


def _choice(asked: PageContext, ended: Sequence[Quarter], quarter: Quarter | None) -> Any:
    _ = asked.gettext
    options = [(str(one), asked.locale.format_quarter(one)) for one in reversed(ended)]
    return element(
        "Form",
        [
            build_select(_("Quarter"), "quarter", options, str(quarter) if quarter else ""),
            element("Button", _("Preview"), type="submit", className="button second"),
        ],
        method="get",
        action=localize_path(PATH, asked.language),
        className="stacked",
    )


def _preview(asked: PageContext, quarter: Quarter) -> Any:
    """What would be published now, and the button that does it; or why it can't be."""
    _ = asked.gettext
    try:
        draft = draft_edition(asked.source, quarter, today=asked.now.date())
    except EditionError as error:
        return element("P", describe_error(error, asked.locale), className="note")
    edition = draft.edition
    return element(
        "Section",
        [
            element("H2", _("Edition {name}", name=edition.id)),
            _facts(asked, draft),
            element("H3", _("What is left out, and why")),
            _left_out(asked, draft.excluded_returns),
            element("H3", _("What it restates")),
            _restated(asked, draft),
            _form(asked, draft),
        ],
        className="edition-preview",
    )


def _facts(asked: PageContext, draft: EditionDraft) -> Any:
    _, edition = asked.gettext, draft.edition
    states = Counter(one.state for one in draft.figures)
    lines = [
        _("{count} figures, {shown} of them with a number to show", count=len(draft.figures), shown=states["value"]),
        _(
            "{small} numbers of few people are not shown, and {beside} from which they could be worked out",
            small=states[Suppression.SMALL],
            beside=states[Suppression.WITHHELD],
        ),
        _(
            "{received} of {expected} returns of the sites are in and approved.",
            received=edition.returns_received,
            expected=edition.returns_expected,
        ),
        _(
            "{count} remarks for the public, published as they stand: read them once more",
            count=len(edition.remarks),
        ),
        _("It would replace edition {edition}.", edition=edition.replaces) if edition.replaces else None,
    ]
    return element("Ul", [element("Li", line) for line in lines if line])


def _left_out(asked: PageContext, found: Sequence[ExcludedReturn]) -> Any:
    _ = asked.gettext
    if not found:
        return element("P", _("Every return that is due is in and approved."))
    standings = {
        "missing": _("missing"),
        **{one.value: describe_return_state(one, asked.locale) for one in ReturnState},
    }
    rows = [[one.site, asked.locale.format_quarter(one.quarter), standings[one.state]] for one in found]
    return build_table(_("Returns left out"), (_("Site"), _("Quarter"), _("Standing")), rows)


def _restated(asked: PageContext, draft: EditionDraft) -> Any:
    _, edition = asked.gettext, draft.edition
    if not edition.before:
        return element("P", _("This is the first edition, so it restates nothing."))
    told = element("P", describe_restatement_count(len(edition.restatements), edition.before, asked.locale))
    rows = []
    for one in edition.restatements[:_MOST_RESTATED]:
        decimals = (
            edition.plan.indicator_by_code[one.key.indicator].decimals
            if one.key.indicator in edition.plan.indicator_by_code
            else 2
        )
        values = [
            describe_restated_value(state, value, decimals, edition.plan.settings.small_count, asked.locale)
            for state, value in ((one.old_state, one.old_value), (one.new_state, one.new_value))
        ]
        name = " · ".join(part for part in (one.key.indicator, one.key.part, one.key.site) if part)
        rows.append([name, describe_edition_period(one.key.period, asked.locale), *values])
    if not rows:
        return told
    return element(
        "Div",
        [
            told,
            build_table(_("What it restates"), (_("Indicator"), _("Period"), _("Before"), _("Now")), rows),
        ],
    )


def _form(asked: PageContext, draft: EditionDraft) -> Any:
    """Publishing is one button; a replacement asks why. It is done by the worker."""
    _, edition = asked.gettext, draft.edition
    reason = build_text_area(
        _("Why it is replaced"), "reason", sent.form.get("reason", ""), {}, rows=2, maxLength=_LONGEST_REASON
    )
    return element(
        "Form",
        [
            element("Input", type="hidden", name="edition", value=edition.id),
            reason if edition.replaces else None,
            element("Button", _("Publish edition {name}", name=edition.id), type="submit", className="button"),
        ],
        method="post",
        action=localize_path(PATH, asked.language),
    )


def _list(asked: PageContext) -> Any:
    _ = asked.gettext
    lines = list_editions(asked.source)
    if not lines:
        return element("P", _("No edition is published yet."))
    replaced = map_replacements(lines)
    rows = []
    for one in reversed(lines):
        address = f"/editions/{one.id}/{'km/' if asked.language == 'km' else ''}"
        newest = _("newest") if one.id == lines[-1].id else _("older")
        standing = _("replaced by {edition}", edition=replaced[one.id]) if one.id in replaced else newest
        rows.append([element("A", one.id, href=address), asked.locale.format_day(one.published_at.date()), standing])
    return element(
        "Section",
        [
            element("H2", _("Published")),
            build_table(_("Editions"), (_("Edition"), _("Published"), _("Status")), rows),
        ],
    )
