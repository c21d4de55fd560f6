"""Editions for the administrator: what the next one would hold, leave out and restate, and publishing it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.components.document import answer_document
from dashboard.components.tables import build_table, element
from dashboard.components.typed_fields import build_area
from dashboard.components.upload_form import build_fault, build_select
from dashboard.components.uploads import see_other
from dashboard.selection import in_language
from etl.errors import SaidError
from etl.indicators.editions import Held, parse_edition_id
from etl.indicators.periods import Quarter, parse_quarter, quarters_between
from etl.indicators.vocabulary import ReturnState
from etl.jobs.queue import start_job
from etl.locale.translations import format_day, format_quarter
from etl.queries.edition_draft import LeftOut
from etl.queries.editions import list_editions, replacements
from etl.use_cases.reporting.publish import Draft, EditionError, check_draft, draft_edition
from etl.wording.editions import period_name, restated_count_words, restated_words
from etl.wording.returns import error_words, state_words

PATH = "/admin/editions"
_LONGEST_REASON = 500
_MOST_RESTATED = 100


@registry.route(PATH, permission="administer", methods=("GET", "POST"))
def answer_editions(asked: PageRequest) -> ResponseReturnValue:
    """The editions and the preview of the chosen quarter's next one; sent, the job that publishes it."""
    if sent.method != "POST":
        return _answer(asked, _quarter(sent.args.get("quarter", "")), ())
    name, reason = sent.form.get("edition", ""), sent.form.get("reason", "").strip()[:_LONGEST_REASON]
    found = parse_edition_id(name)
    if found is None:
        return _answer(asked, None, ())
    try:
        check_draft(draft_edition(asked.source, found[0], today=asked.now.date(), reason=reason))
    except SaidError as error:
        return _answer(asked, found[0], (error_words(error, asked.language),))
    parameters = {"edition": name, "reason": reason}
    number = start_job(asked.source.engine, "edition", owner=asked.visitor.name, parameters=parameters, now=asked.now)
    return see_other(in_language(f"/staff/jobs/{number}", asked.language))


def _quarter(text: str) -> Quarter | None:
    try:
        return parse_quarter(text)
    except ValueError:
        return None


def _answer(asked: PageRequest, quarter: Quarter | None, faults: Sequence[str]) -> ResponseReturnValue:
    say = asked.say
    snapshot = asked.source.find_snapshot()
    content: list[Any] = [
        build_fault(faults, asked),
        element("H1", say("Editions")),
        element(
            "P",
            say("Each edition freezes the approved figures of a quarter; its numbers and its address never change."),
            className="sub",
        ),
    ]
    if snapshot is not None:
        settings = snapshot.plans.latest.settings
        last = min(settings.calendar.last_ended(asked.now.date()), settings.last_quarter)
        ended = list(quarters_between(settings.first_quarter, last))
        content += [_choice(asked, ended, quarter), _preview(asked, quarter) if quarter else None]
    content.append(_list(asked))
    return answer_document(asked, say("Editions"), content, 422 if faults else 200)


def _choice(asked: PageRequest, ended: Sequence[Quarter], quarter: Quarter | None) -> Any:
    say = asked.say
    options = [(str(one), format_quarter(one, asked.language)) for one in reversed(ended)]
    return element(
        "Form",
        [
            build_select(say("Quarter"), "quarter", options, str(quarter) if quarter else ""),
            element("Button", say("Preview"), type="submit", className="button second"),
        ],
        method="get",
        action=in_language(PATH, asked.language),
        className="stacked",
    )


def _preview(asked: PageRequest, quarter: Quarter) -> Any:
    """What would be published now, and the button that does it; or why it can't be."""
    say = asked.say
    try:
        draft = draft_edition(asked.source, quarter, today=asked.now.date())
    except EditionError as error:
        return element("P", error_words(error, asked.language), className="note")
    edition = draft.edition
    return element(
        "Section",
        [
            element("H2", say("Edition {name}", name=edition.id)),
            _facts(asked, draft),
            element("H3", say("What is left out, and why")),
            _left_out(asked, draft.left_out),
            element("H3", say("What it restates")),
            _restated(asked, draft),
            _form(asked, draft),
        ],
        className="edition-preview",
    )


def _facts(asked: PageRequest, draft: Draft) -> Any:
    say, edition = asked.say, draft.edition
    states = Counter(one.state for one in draft.figures)
    lines = [
        say("{count} figures, {shown} of them with a number to show", count=len(draft.figures), shown=states["value"]),
        say(
            "{small} numbers of few people are not shown, and {beside} from which they could be worked out",
            small=states[Held.SMALL],
            beside=states[Held.WITHHELD],
        ),
        say(
            "{received} of {expected} returns of the sites are in and approved.",
            received=edition.returns_received,
            expected=edition.returns_expected,
        ),
        say(
            "{count} remarks for the public, published as they stand: read them once more",
            count=len(edition.remarks),
        ),
        say("It would replace edition {edition}.", edition=edition.replaces) if edition.replaces else None,
    ]
    return element("Ul", [element("Li", line) for line in lines if line])


def _left_out(asked: PageRequest, found: Sequence[LeftOut]) -> Any:
    say = asked.say
    if not found:
        return element("P", say("Every return that is due is in and approved."))
    standings = {"missing": say("missing"), **{one.value: state_words(one, asked.language) for one in ReturnState}}
    rows = [[one.site, format_quarter(one.quarter, asked.language), standings[one.state]] for one in found]
    return build_table(say("Returns left out"), (say("Site"), say("Quarter"), say("Standing")), rows)


def _restated(asked: PageRequest, draft: Draft) -> Any:
    say, edition = asked.say, draft.edition
    if not edition.before:
        return element("P", say("This is the first edition, so it restates nothing."))
    told = element("P", restated_count_words(len(edition.restatements), edition.before, asked.language))
    rows = []
    for one in edition.restatements[:_MOST_RESTATED]:
        decimals = (
            edition.plan.indicator_by_code[one.key.indicator].decimals
            if one.key.indicator in edition.plan.indicator_by_code
            else 2
        )
        values = [
            restated_words(state, value, decimals, edition.plan.settings.small_count, asked.language)
            for state, value in ((one.old_state, one.old_value), (one.new_state, one.new_value))
        ]
        name = " · ".join(part for part in (one.key.indicator, one.key.part, one.key.site) if part)
        rows.append([name, period_name(one.key.period, asked.language), *values])
    if not rows:
        return told
    return element(
        "Div",
        [
            told,
            build_table(say("What it restates"), (say("Indicator"), say("Period"), say("Before"), say("Now")), rows),
        ],
    )


def _form(asked: PageRequest, draft: Draft) -> Any:
    """Publishing is one button; a replacement asks why. It is done by the worker."""
    say, edition = asked.say, draft.edition
    reason = build_area(
        say("Why it is replaced"), "reason", sent.form.get("reason", ""), {}, rows=2, maxLength=_LONGEST_REASON
    )
    return element(
        "Form",
        [
            element("Input", type="hidden", name="edition", value=edition.id),
            reason if edition.replaces else None,
            element("Button", say("Publish edition {name}", name=edition.id), type="submit", className="button"),
        ],
        method="post",
        action=in_language(PATH, asked.language),
    )


def _list(asked: PageRequest) -> Any:
    say = asked.say
    lines = list_editions(asked.source)
    if not lines:
        return element("P", say("No edition is published yet."))
    replaced = replacements(lines)
    rows = []
    for one in reversed(lines):
        address = f"/editions/{one.id}/{'km/' if asked.language == 'km' else ''}"
        newest = say("newest") if one.id == lines[-1].id else say("older")
        standing = say("replaced by {edition}", edition=replaced[one.id]) if one.id in replaced else newest
        rows.append([element("A", one.id, href=address), format_day(one.published_at.date(), asked.language), standing])
    return element(
        "Section",
        [
            element("H2", say("Published")),
            build_table(say("Editions"), (say("Edition"), say("Published"), say("Status")), rows),
        ],
    )
