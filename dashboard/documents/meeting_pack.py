"""The meeting pack: as a job, as a page to print, or as a workbook."""

from flask import Response, redirect
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.download import XLSX, make_download_response
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.pack_form import MEETING_PACK_PATH
from dashboard.components.pagination import read_query_value
from dashboard.components.templates import render_template
from dashboard.selection import localize_path
from etl.exports.pack_workbook import render_pack_workbook
from etl.indicators.site_groups import list_selected_codes
from etl.jobs.queue import start_job
from etl.publication.pack_page import render_pack_page
from etl.use_cases.reporting.audit_export import record_export
from etl.use_cases.reporting.meeting_pack import PackChoice, explain_printing, gather_pack


@registry.route(MEETING_PACK_PATH, permission="staff", methods=("POST",))
def start_pack(page: PageContext) -> ResponseReturnValue:
    """Start the job that builds the pack, and redirect to it."""
    if page.snapshot is None:
        return make_not_found_response(page.locale, page.path)
    parameters = _read_choice(page).to_dict()
    job_id = start_job(page.source.engine, "meeting-pack", owner=page.visitor.name, parameters=parameters, now=page.now)
    return redirect(localize_path(f"/staff/jobs/{job_id}", page.language), 303)


@registry.route(f"{MEETING_PACK_PATH}.html", permission="staff")
def show_report(page: PageContext) -> ResponseReturnValue:
    """Show the report as a page to print, or as slides. It needs no worker and no Chromium."""
    if page.snapshot is None:
        return make_not_found_response(page.locale, page.path)
    pack = gather_pack(page.source, _read_choice(page), today=page.now.date())
    links = render_template("style_links.html", page.locale, styles=("fonts.css",))
    is_slides = read_query_value(page, "format") == "slides"
    bar = explain_printing(page.locale)
    html = render_pack_page(pack, page.locale, links=links, bar=bar, is_slides=is_slides)
    return Response(html, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})


@registry.route(f"{MEETING_PACK_PATH}.xlsx", permission="staff")
def download_pack_workbook(page: PageContext) -> ResponseReturnValue:
    """Return the pack of the same selection as a workbook."""
    if page.snapshot is None:
        return make_not_found_response(page.locale, page.path)
    pack = gather_pack(page.source, _read_choice(page), today=page.now.date())
    name = f"meeting-pack-{page.now.date().isoformat()}-{page.language}.xlsx"
    data = render_pack_workbook(pack, locale=page.locale)
    record_export(page.source.engine, "meeting pack, xlsx", actor=page.visitor.name, now=page.now)
    return make_download_response(data, name, XLSX)


def _read_choice(page: PageContext) -> PackChoice:
    selection = page.selection
    return PackChoice(
        period=selection.period,
        sites=list_selected_codes(selection.sites),
        programme=selection.programme,
        objectives=selection.objectives,
        include_unapproved=selection.include_unapproved,
        plan_version=selection.plan_version,
        language=page.language,
    )
