"""Sending returns: the site's form to download, and the filled one to send; what was found comes back at once."""

from collections.abc import Sequence
from typing import Any

from flask import request as sent
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import make_document_response
from dashboard.components.download import XLSX, make_download_response
from dashboard.components.empty_states import build_no_plan
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.finding_list import build_findings
from dashboard.components.site_choice import exceeds_list_limit, site_field
from dashboard.components.tables import element
from dashboard.components.upload_form import (
    Option,
    build_error_list,
    build_file_field,
    build_progress,
    build_select,
    upload_messages,
)
from dashboard.components.uploads import (
    LARGEST_RETURN,
    LARGEST_UPLOAD,
    LARGEST_ZIP,
    MEGABYTE,
    UploadedFile,
    UploadResult,
    is_script_request,
    make_json_response,
    read_uploaded_files,
    redirect_after_post,
)
from dashboard.selection import localize_path
from etl.errors import CardecError, TranslatableError
from etl.indicators.periods import Quarter, parse_quarter, quarters_between
from etl.indicators.plans import Plan
from etl.jobs.queue import JobFile, start_job
from etl.locale import N_
from etl.queries.find_sites import find_site_codes
from etl.queries.localized_findings import localize_findings
from etl.use_cases.returns.forms import make_form
from etl.use_cases.returns.upload_return import Confirmation, ReturnUploadResult, UploadOutcome, upload_return
from etl.wording.returns import describe_error

UPLOAD = "/staff/upload"
_TITLE = N_("Send a return")
_TOLD = {
    UploadOutcome.DRAFT: N_("Kept as a draft: it counts nowhere until it is submitted."),
    UploadOutcome.UNCHANGED: N_("This very file is here already, so nothing was changed."),
    UploadOutcome.UNRECOGNIZED: N_("Nothing was kept, because the file could not be matched to a form."),
}


@registry.route(UPLOAD, permission="staff", methods=("GET", "POST"), max_content_length=LARGEST_UPLOAD)
def handle_upload(asked: PageContext) -> ResponseReturnValue:
    """The page; sent, the draft that the file became, or what was found in files that became none."""
    if sent.method != "POST":
        return _page(asked, ())
    try:
        confirmed = _confirmed(asked)
    except ValueError:
        return _fault(asked, asked.gettext("Say of which site and of which quarter the sheet is: both, or neither."))
    files = read_uploaded_files()
    if not files:
        return _fault(asked, asked.gettext("Choose a file first."))
    answers = [_take(asked, file, confirmed) for file in files]
    status = 200 if all(one.address for one in answers) else 422
    if is_script_request():
        return make_json_response(answers, status)
    if len(answers) == 1 and answers[0].address:
        return redirect_after_post(answers[0].address)
    return _page(asked, answers, status=status)


@registry.route("/staff/forms", permission="staff")
def download_form(asked: PageContext) -> ResponseReturnValue:
    """The empty form of a site and quarter, for who may send for the site."""
    site, text = _site_meant(asked, sent.args.get("site", "").strip()), sent.args.get("quarter", "")
    try:
        quarter = parse_quarter(text)
    except ValueError:
        return make_not_found_response(asked.locale, asked.path)
    snapshot = asked.source.find_snapshot()
    known = {one.code for version in snapshot.plans.versions for one in version.plan.sites} if snapshot else set()
    if site not in known or not asked.visitor.can_access_site(site):
        return make_not_found_response(asked.locale, asked.path)
    try:
        made = make_form(asked.source.engine, site=site, quarter=quarter)
    except CardecError:
        fault = asked.gettext(
            "This site is asked for nothing in {quarter}.", quarter=asked.locale.format_quarter(quarter)
        )
        return _page(asked, (), faults=(fault,), status=422)
    return make_download_response(made.data, made.name, XLSX)


def _confirmed(asked: PageContext) -> Confirmation | None:
    """The site and quarter that a person chose; ValueError when only one of them was."""
    site, quarter = sent.form.get("site", "").strip(), sent.form.get("quarter", "")
    if not site and not quarter:
        return None
    if not site:
        raise ValueError("no site")
    return Confirmation(_site_meant(asked, site), parse_quarter(quarter))


def _site_meant(asked: PageContext, text: str) -> str:
    """The code of the site that a name stands for, where it stands for one only; else the text itself."""
    found = find_site_codes(asked.snapshot.plans, text) if asked.snapshot else ()
    return found[0] if len(found) == 1 else text


def _take(asked: PageContext, file: UploadedFile, confirmed: Confirmation | None) -> UploadResult:
    """Uploads one file and says what came of it; a zip of many is long work."""
    if file.name.casefold().endswith(".zip"):
        return _begin_zip(asked, file)
    try:
        done = upload_return(
            asked.source.engine, file.name, file.data, actor=asked.visitor.name, now=asked.now, confirmation=confirmed
        )
    except TranslatableError as error:
        return UploadResult(file.name, describe_error(error, asked.locale))
    if done.return_id is None:
        return UploadResult(file.name, asked.gettext(_TOLD[done.outcome]), details=_not_understood(asked, done))
    address = localize_path(f"/staff/returns/{done.return_id}", asked.language)
    if done.outcome is UploadOutcome.UNCHANGED:
        address += "?told=unchanged"
    return UploadResult(file.name, asked.gettext(_TOLD[done.outcome]), address)


def _begin_zip(asked: PageContext, file: UploadedFile) -> UploadResult:
    given = JobFile(file.name, "application/zip", file.data)
    number = start_job(
        asked.source.engine, "returns-zip", owner=asked.visitor.name, input_files=(given,), now=asked.now
    )
    told = asked.gettext("The zip has arrived. Its files are taken one after the other.")
    return UploadResult(file.name, told, localize_path(f"/staff/jobs/{number}", asked.language))


def _not_understood(asked: PageContext, done: ReturnUploadResult) -> Any:
    """What was found in a file that is of no form yet, and what helps when only the form's own data are lost."""
    found = localize_findings(done.findings, asked.locale)
    hint = None
    if any(one.code == "form-unconfirmed" for one in done.findings):
        text = asked.gettext("Choose its site and quarter under “Copied into a new workbook?”, then send it again.")
        hint = element("P", text, className="note")
    return [hint, build_findings(found, asked.locale)]


def _fault(asked: PageContext, fault: str) -> ResponseReturnValue:
    if is_script_request():
        return make_json_response([UploadResult("", fault)], 422)
    return _page(asked, (), faults=(fault,), status=422)


def _page(
    asked: PageContext, answers: Sequence[UploadResult], *, faults: Sequence[str] = (), status: int = 200
) -> ResponseReturnValue:
    snapshot = asked.source.find_snapshot()
    title = asked.gettext(_TITLE)
    if snapshot is None:
        return make_document_response(asked, title, build_no_plan(asked.locale))
    content = [
        build_error_list(faults, asked),
        element("H1", title),
        element(
            "P",
            asked.gettext("Everything that is found is told at once. Nothing counts before you submit it."),
            className="sub",
        ),
        element("Div", [_build_download(asked, snapshot.plans.latest), _build_send(asked, answers)], className="two"),
    ]
    return make_document_response(asked, title, content, status)


def _build_download(asked: PageContext, plan: Plan) -> Any:
    _ = asked.gettext
    sites = _sites(asked, plan)
    quarters = _quarters(asked, plan)
    form = element(
        "Form",
        [
            _site_to_send(asked, sites),
            build_select(_("Quarter"), "quarter", quarters, sent.args.get("quarter", "") or _usual(asked, plan)),
            element("Button", _("Download the form"), type="submit", className="button"),
        ],
        action=localize_path("/staff/forms", asked.language),
        method="get",
    )
    if not sites:
        form = element("P", _("You may not send for any site yet. Ask the administrator."))
    return element("Section", [element("H2", _("1. Download the form")), form], className="explain")


def _site_to_send(asked: PageContext, sites: Sequence[Option]) -> Any:
    """A list to choose from, or of many sites a field to type in."""
    chosen = sent.args.get("site", "")
    if exceeds_list_limit(sites):
        return site_field(asked, "site", "choose-site", chosen)
    return build_select(asked.gettext("Site"), "site", sites, chosen)


def _build_send(asked: PageContext, answers: Sequence[UploadResult]) -> Any:
    _ = asked.gettext
    plan = asked.source.get_snapshot().plans.latest
    copied = element(
        "Details",
        [
            element("Summary", _("Copied into a new workbook?")),
            element(
                "P",
                _("Then the sheet no longer says of which site and quarter it is. Say it here."),
                className="muted",
            ),
            _confirming(asked, plan),
        ],
        open=any(one.details for one in answers),
    )
    form = element(
        "Form",
        [
            build_file_field(
                _("Filled forms (.xlsx), or a zip of them"),
                "return-file",
                accept=".xlsx,.zip,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                hint=_("One or several, up to {size} MB each. You can also drop them here.", size=LARGEST_RETURN),
                multiple=True,
            ),
            copied,
            element("Button", _("Send and check"), type="submit", className="button"),
        ],
        action=localize_path(UPLOAD, asked.language),
        method="post",
        encType="multipart/form-data",
        **{
            "data-upload": str(LARGEST_RETURN * MEGABYTE),
            "data-zip": str(LARGEST_ZIP * MEGABYTE),
            **upload_messages(asked.locale, LARGEST_RETURN),
        },
    )
    results = [_build_answer(one, asked) for one in answers]
    return element(
        "Section",
        [
            element("H2", _("2. Send the filled form")),
            form,
            build_progress(),
            element("Div", results, className="results"),
        ],
        className="explain",
    )


def _confirming(asked: PageContext, plan: Plan) -> Any:
    _ = asked.gettext
    none: Option = ("", _("as the form says"))
    sites = _sites(asked, plan)
    listed = [] if exceeds_list_limit(sites) else [(_("Site"), "site", sites)]
    fields = [site_field(asked, "site", "confirm-site")] if exceeds_list_limit(sites) else []
    for label, name, options in (*listed, (_("Quarter"), "quarter", _quarters(asked, plan))):
        choices = [element("Option", text, value=value) for value, text in (none, *options)]
        select = element("Select", choices, name=name, id=f"confirm-{name}")
        fields.append(element("Div", [element("Label", label, htmlFor=f"confirm-{name}"), select], className="field"))
    return fields


def _build_answer(answer: UploadResult, asked: PageContext) -> Any:
    heading = element("H3", answer.name)
    link = element("A", asked.gettext("Open"), href=answer.address) if answer.address else None
    return element("Div", [heading, element("P", answer.message), link, answer.details], className="result")


def _sites(asked: PageContext, plan: Plan) -> list[Option]:
    """Those that the visitor may send for, in the plan's order."""
    return [
        (one.code, one.name.in_language(asked.language))
        for one in plan.sites
        if asked.visitor.can_access_site(one.code)
    ]


def _quarters(asked: PageContext, plan: Plan) -> list[Option]:
    """The plan's quarters up to the one that runs, newest first."""
    settings = plan.settings
    running = settings.calendar.last_ended(asked.now.date()).plus(1)
    last = min(running, settings.last_quarter)
    return [
        (str(one), asked.locale.format_quarter(one))
        for one in reversed(list(quarters_between(settings.first_quarter, last)))
    ]


def _usual(asked: PageContext, plan: Plan) -> str:
    ended: Quarter = plan.settings.calendar.last_ended(asked.now.date())
    return str(min(ended, plan.settings.last_quarter))
