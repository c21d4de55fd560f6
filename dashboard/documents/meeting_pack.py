"""The meeting pack: started as a job, or as a page and a workbook at once."""

from flask import Response, redirect
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from dashboard.access.registry import PageRequest, registry
from dashboard.components.pack_form import PACK
from dashboard.components.plain_page import style_links
from dashboard.components.refusals import answer_unknown
from dashboard.selection import in_language
from etl.exports.pack_workbook import pack_workbook
from etl.jobs.queue import start_job
from etl.publication.pack_page import pack_page
from etl.use_cases.reporting.audit_export import note_export
from etl.use_cases.reporting.meeting_pack import PackChoice, gather_pack, how_to_print

_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@registry.route(PACK, permission="staff", methods=("POST",))
def start_pack(request: PageRequest) -> ResponseReturnValue:
    """Starts the job and leads to where its progress and its files stand."""
    if request.snapshot is None:
        return answer_unknown(request.language, request.path)
    parameters = _choice(request).as_plain()
    number = start_job(
        request.source.engine, "meeting-pack", owner=request.visitor.name, parameters=parameters, now=request.now
    )
    return redirect(in_language(f"/staff/jobs/{number}", request.language), 303)


@registry.route(f"{PACK}.html", permission="staff")
def answer_report(request: PageRequest) -> ResponseReturnValue:
    """The report as the page that a browser prints; it needs neither a worker nor Chromium."""
    if request.snapshot is None:
        return answer_unknown(request.language, request.path)
    pack = gather_pack(request.source, _choice(request), today=request.now.date())
    links: Markup = style_links(("khmer.css",))
    page = pack_page(pack, request.language, links=links, bar=how_to_print(request.language))
    return Response(page, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})


@registry.route(f"{PACK}.xlsx", permission="staff")
def answer_pack_workbook(request: PageRequest) -> ResponseReturnValue:
    """The workbook of the same choice."""
    if request.snapshot is None:
        return answer_unknown(request.language, request.path)
    pack = gather_pack(request.source, _choice(request), today=request.now.date())
    name = f"meeting-pack-{request.now.date().isoformat()}-{request.language}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    data = pack_workbook(pack, language=request.language)
    note_export(request.source.engine, "meeting pack, xlsx", who=request.visitor.name, now=request.now)
    return Response(data, content_type=_WORKBOOK_TYPE, headers=headers)


def _choice(request: PageRequest) -> PackChoice:
    selection = request.selection
    return PackChoice(
        period=selection.period,
        sites=selection.sites,
        programme=selection.programme,
        objective=selection.objective,
        include_unapproved=selection.include_unapproved,
        plan_version=selection.plan_version,
        language=request.language,
    )
