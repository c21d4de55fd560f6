"""Sending returns: the site's form to download, and the filled one to send; what was found comes back at once."""

from collections.abc import Sequence
from typing import Any

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.registry import PageRequest, registry
from dashboard.components.document import answer_document
from dashboard.components.download import XLSX, answer_download
from dashboard.components.finding_list import build_findings
from dashboard.components.refusals import answer_unknown
from dashboard.components.site_choice import are_many, site_field
from dashboard.components.states import build_no_plan
from dashboard.components.tables import element
from dashboard.components.upload_form import (
    Option,
    build_fault,
    build_file_field,
    build_progress,
    build_select,
    spoken,
)
from dashboard.components.uploads import (
    LARGEST_RETURN,
    LARGEST_UPLOAD,
    LARGEST_ZIP,
    MEGABYTE,
    Answer,
    SentFile,
    answer_script,
    is_asked_by_script,
    see_other,
    sent_files,
)
from dashboard.selection import in_language
from etl.errors import CardecError, SaidError
from etl.indicators.periods import Quarter, parse_quarter, quarters_between
from etl.indicators.plans import Plan
from etl.jobs.queue import JobFile, start_job
from etl.locale.translations import format_quarter, to_say
from etl.queries.find_sites import codes_named
from etl.queries.told_findings import tell_findings
from etl.use_cases.returns.forms import make_form
from etl.use_cases.returns.upload_return import Confirmed, Upload, Uploaded, upload_return
from etl.wording.returns import error_words

UPLOAD = "/staff/upload"
_TITLE = to_say("Send a return")
_TOLD = {
    Upload.DRAFT: to_say("Kept as a draft: it counts nowhere until it is submitted."),
    Upload.UNCHANGED: to_say("This very file is here already, so nothing was changed."),
    Upload.NOT_UNDERSTOOD: to_say("Nothing was kept, because the file could not be matched to a form."),
}


@registry.route(UPLOAD, permission="staff", methods=("GET", "POST"), largest=LARGEST_UPLOAD)
def answer_upload(asked: PageRequest) -> ResponseReturnValue:
    """The page; sent, the draft that the file became, or what was found in files that became none."""
    if sent.method != "POST":
        return _page(asked, ())
    try:
        confirmed = _confirmed(asked)
    except ValueError:
        return _fault(asked, asked.say("Say of which site and of which quarter the sheet is: both, or neither."))
    files = sent_files()
    if not files:
        return _fault(asked, asked.say("Choose a file first."))
    answers = [_take(asked, file, confirmed) for file in files]
    status = 200 if all(one.address for one in answers) else 422
    if is_asked_by_script():
        return answer_script(answers, status)
    if len(answers) == 1 and answers[0].address:
        return see_other(answers[0].address)
    return _page(asked, answers, status=status)


@registry.route("/staff/forms", permission="staff")
def answer_form(asked: PageRequest) -> ResponseReturnValue:
    """The empty form of a site and quarter, for who may send for the site."""
    site, text = _site_meant(asked, sent.args.get("site", "").strip()), sent.args.get("quarter", "")
    try:
        quarter = parse_quarter(text)
    except ValueError:
        return answer_unknown(asked.language, asked.path)
    snapshot = asked.source.find_snapshot()
    known = {one.code for version in snapshot.plans.versions for one in version.plan.sites} if snapshot else set()
    if site not in known or not asked.visitor.may_send_for(site):
        return answer_unknown(asked.language, asked.path)
    try:
        made = make_form(asked.source.engine, site=site, quarter=quarter)
    except CardecError:
        fault = asked.say(
            "This site is asked for nothing in {quarter}.", quarter=format_quarter(quarter, asked.language)
        )
        return _page(asked, (), faults=(fault,), status=422)
    return answer_download(made.data, made.name, XLSX)


def _confirmed(asked: PageRequest) -> Confirmed | None:
    """The site and quarter that a person chose; ValueError when only one of them was."""
    site, quarter = sent.form.get("site", "").strip(), sent.form.get("quarter", "")
    if not site and not quarter:
        return None
    if not site:
        raise ValueError("no site")
    return Confirmed(_site_meant(asked, site), parse_quarter(quarter))


def _site_meant(asked: PageRequest, text: str) -> str:
    """The code of the site that a name stands for, where it stands for one only; else the text itself."""
    found = codes_named(asked.snapshot.plans, text) if asked.snapshot else ()
    return found[0] if len(found) == 1 else text


def _take(asked: PageRequest, file: SentFile, confirmed: Confirmed | None) -> Answer:
    """Uploads one file and says what came of it; a zip of many is long work."""
    if file.name.casefold().endswith(".zip"):
        return _begin_zip(asked, file)
    try:
        done = upload_return(
            asked.source.engine, file.name, file.data, who=asked.visitor.name, now=asked.now, confirmed=confirmed
        )
    except SaidError as error:
        return Answer(file.name, error_words(error, asked.language))
    if done.number is None:
        return Answer(file.name, asked.say(_TOLD[done.outcome]), part=_not_understood(asked, done))
    address = in_language(f"/staff/returns/{done.number}", asked.language)
    if done.outcome is Upload.UNCHANGED:
        address += "?told=unchanged"
    return Answer(file.name, asked.say(_TOLD[done.outcome]), address)


def _begin_zip(asked: PageRequest, file: SentFile) -> Answer:
    given = JobFile(file.name, "application/zip", file.data)
    number = start_job(asked.source.engine, "returns-zip", owner=asked.visitor.name, given=(given,), now=asked.now)
    told = asked.say("The zip has arrived. Its files are taken one after the other.")
    return Answer(file.name, told, in_language(f"/staff/jobs/{number}", asked.language))


def _not_understood(asked: PageRequest, done: Uploaded) -> Any:
    """What was found in a file that is of no form yet, and what helps when only the form's own data are lost."""
    found = tell_findings(done.findings, asked.language)
    hint = None
    if any(one.code == "form-unconfirmed" for one in done.findings):
        text = asked.say("Choose its site and quarter under “Copied into a new workbook?”, then send it again.")
        hint = element("P", text, className="note")
    return [hint, build_findings(found, asked.language)]


def _fault(asked: PageRequest, fault: str) -> ResponseReturnValue:
    if is_asked_by_script():
        return answer_script([Answer("", fault)], 422)
    return _page(asked, (), faults=(fault,), status=422)


def _page(
    asked: PageRequest, answers: Sequence[Answer], *, faults: Sequence[str] = (), status: int = 200
) -> ResponseReturnValue:
    snapshot = asked.source.find_snapshot()
    title = asked.say(_TITLE)
    if snapshot is None:
        return answer_document(asked, title, build_no_plan(asked.language))
    content = [
        build_fault(faults, asked),
        element("H1", title),
        element(
            "P",
            asked.say("Everything that is found is told at once. Nothing counts before you submit it."),
            className="sub",
        ),
        element("Div", [_build_download(asked, snapshot.plans.latest), _build_send(asked, answers)], className="two"),
    ]
    return answer_document(asked, title, content, status)


def _build_download(asked: PageRequest, plan: Plan) -> Any:
    say = asked.say
    sites = _sites(asked, plan)
    quarters = _quarters(asked, plan)
    form = element(
        "Form",
        [
            _site_to_send(asked, sites),
            build_select(say("Quarter"), "quarter", quarters, sent.args.get("quarter", "") or _usual(asked, plan)),
            element("Button", say("Download the form"), type="submit", className="button"),
        ],
        action=in_language("/staff/forms", asked.language),
        method="get",
    )
    if not sites:
        form = element("P", say("You may not send for any site yet. Ask the administrator."))
    return element("Section", [element("H2", say("1. Download the form")), form], className="explain")


def _site_to_send(asked: PageRequest, sites: Sequence[Option]) -> Any:
    """A list to choose from, or of many sites a field to type in."""
    chosen = sent.args.get("site", "")
    if are_many(sites):
        return site_field(asked, "site", "choose-site", chosen)
    return build_select(asked.say("Site"), "site", sites, chosen)


def _build_send(asked: PageRequest, answers: Sequence[Answer]) -> Any:
    say = asked.say
    plan = asked.source.get_snapshot().plans.latest
    copied = element(
        "Details",
        [
            element("Summary", say("Copied into a new workbook?")),
            element(
                "P",
                say("Then the sheet no longer says of which site and quarter it is. Say it here."),
                className="muted",
            ),
            _confirming(asked, plan),
        ],
        open=any(one.part for one in answers),
    )
    form = element(
        "Form",
        [
            build_file_field(
                say("Filled forms (.xlsx), or a zip of them"),
                "return-file",
                accept=".xlsx,.zip,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                hint=say("One or several, up to {size} MB each. You can also drop them here.", size=LARGEST_RETURN),
                multiple=True,
            ),
            copied,
            element("Button", say("Send and check"), type="submit", className="button"),
        ],
        action=in_language(UPLOAD, asked.language),
        method="post",
        encType="multipart/form-data",
        **{
            "data-upload": str(LARGEST_RETURN * MEGABYTE),
            "data-zip": str(LARGEST_ZIP * MEGABYTE),
            **spoken(asked.language, LARGEST_RETURN),
        },
    )
    results = [_build_answer(one, asked) for one in answers]
    return element(
        "Section",
        [
            element("H2", say("2. Send the filled form")),
            form,
            build_progress(),
            element("Div", results, className="results"),
        ],
        className="explain",
    )


def _confirming(asked: PageRequest, plan: Plan) -> Any:
    say = asked.say
    none: Option = ("", say("as the form says"))
    sites = _sites(asked, plan)
    listed = [] if are_many(sites) else [(say("Site"), "site", sites)]
    fields = [site_field(asked, "site", "confirm-site")] if are_many(sites) else []
    for label, name, options in (*listed, (say("Quarter"), "quarter", _quarters(asked, plan))):
        choices = [element("Option", text, value=value) for value, text in (none, *options)]
        select = element("Select", choices, name=name, id=f"confirm-{name}")
        fields.append(element("Div", [element("Label", label, htmlFor=f"confirm-{name}"), select], className="field"))
    return fields


def _build_answer(answer: Answer, asked: PageRequest) -> Any:
    heading = element("H3", answer.name)
    link = element("A", asked.say("Open"), href=answer.address) if answer.address else None
    return element("Div", [heading, element("P", answer.told), link, answer.part], className="result")


def _sites(asked: PageRequest, plan: Plan) -> list[Option]:
    """Those that the visitor may send for, in the plan's order."""
    return [
        (one.code, one.name.in_language(asked.language)) for one in plan.sites if asked.visitor.may_send_for(one.code)
    ]


def _quarters(asked: PageRequest, plan: Plan) -> list[Option]:
    """The plan's quarters up to the one that runs, newest first."""
    settings = plan.settings
    running = settings.calendar.last_ended(asked.now.date()).plus(1)
    last = min(running, settings.last_quarter)
    return [
        (str(one), format_quarter(one, asked.language))
        for one in reversed(list(quarters_between(settings.first_quarter, last)))
    ]


def _usual(asked: PageRequest, plan: Plan) -> str:
    ended: Quarter = plan.settings.calendar.last_ended(asked.now.date())
    return str(min(ended, plan.settings.last_quarter))
