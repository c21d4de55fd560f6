"""The first page: what the plan is, and that nothing is published yet."""

from flask import Response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.plain_page import paragraph, render_plain_page
from dashboard.public.edition_responses import (
    get_edition_cache,
    make_file_response,
    make_not_found_response,
    redirect_permanently,
)
from etl.indicators.plans import Plan
from etl.locale import Locale


@registry.route("/health", permission="public")
def check_health(page: PageContext) -> ResponseReturnValue:
    """One word to anybody: this process answers."""
    return Response("ok", mimetype="text/plain")


@registry.route("/", permission="public")
def show_front_page(page: PageContext) -> ResponseReturnValue:
    """The newest edition; before the first one, what the plan is and that nothing is published."""
    if page.language == "km" and not request.path.endswith("/"):
        return redirect_permanently("/km/")
    editions = get_edition_cache(page).list_editions()
    if editions:
        response = make_file_response(page, editions[-1], "km" if page.language == "km" else "", editions)
        return response if response is not None else make_not_found_response(page, editions)
    return _make_unpublished_response(page)


def _make_unpublished_response(page: PageContext) -> ResponseReturnValue:
    # A donors-only server may read editions only, so it doesn't know the plan before the first one.
    snapshot = None if page.context.settings.public_only else page.source.find_snapshot()
    plan = snapshot.plans.latest if snapshot else None
    _ = page.locale.gettext
    html = render_plain_page(
        title=plan.settings.name.in_language(page.language) if plan else _("Strategic plan and results"),
        body=_render_body(plan, page.locale),
        locale=page.locale,
        path="/",
        ribbon=(_("Provisional indicators"),) if plan and plan.is_provisional else (),
        with_sign_in=not page.context.settings.public_only,
    )
    response = Response(html, mimetype="text/html")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


def _render_body(plan: Plan | None, locale: Locale) -> Markup:
    _ = locale.gettext
    if plan is None:
        return Markup("<h1>{}</h1>{}").format(
            _("Strategic plan and results"), paragraph(_("No plan or results have been published yet."))
        )
    settings = plan.settings
    objectives = Markup("").join(
        Markup('<li><p class="code">{}</p><h3>{}</h3></li>').format(
            objective.code, objective.name.in_language(locale.language)
        )
        for objective in plan.objectives
    )
    return Markup(
        '<h1>{name}</h1>{note}{overall}<h2>{heading}</h2><ol class="objectives">{objectives}</ol>{counts}'
    ).format(
        name=settings.name.in_language(locale.language),
        note=paragraph(
            _("No results have been published yet. The first edition will show them by objective and year."),
            "note",
        ),
        overall=_render_overall_objective(settings.overall_objective.in_language(locale.language), locale),
        heading=_("Strategic objectives"),
        objectives=objectives,
        counts=paragraph(
            _(
                "{indicators} indicators, reported every quarter by {sites} sites, {first} to {last}.",
                indicators=len(plan.indicators),
                sites=len(plan.sites),
                first=settings.first_year,
                last=settings.last_year,
            ),
            "muted",
        ),
    )


def _render_overall_objective(text: str, locale: Locale) -> Markup:
    if not text:
        return Markup("")
    return Markup("<h2>{}</h2>{}").format(locale.gettext("Overall objective"), paragraph(text))
