"""The first page: what the plan is, and that nothing is published yet."""

from flask import Response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from dashboard.access.registry import PageRequest, registry
from dashboard.components.plain_page import paragraph, plain_page
from dashboard.public.edition_answers import answer_file, answer_none, moved, shelf_of
from etl.indicators.plans import Plan
from etl.locale.translations import speak


@registry.route("/health", permission="public")
def answer_health(asked: PageRequest) -> ResponseReturnValue:
    """One word to anybody: this process answers."""
    return Response("ok", mimetype="text/plain")


@registry.route("/", permission="public")
def answer_front_page(asked: PageRequest) -> ResponseReturnValue:
    """The newest edition; before the first one, what the plan is and that nothing is published."""
    if asked.language == "km" and not request.path.endswith("/"):
        return moved("/km/")
    lines = shelf_of(asked).lines()
    if lines:
        found = answer_file(asked, lines[-1], "km" if asked.language == "km" else "", lines)
        return found if found is not None else answer_none(asked, lines)
    return _answer_nothing_published(asked)


def _answer_nothing_published(asked: PageRequest) -> ResponseReturnValue:
    # A donors-only server may read editions only, so it doesn't know the plan before the first one.
    snapshot = None if asked.context.settings.public_only else asked.source.find_snapshot()
    plan = snapshot.plans.latest if snapshot else None
    say = speak(asked.language)
    page = plain_page(
        title=plan.settings.name.in_language(asked.language) if plan else say("Strategic plan and results"),
        body=_front(plan, asked.language),
        language=asked.language,
        path="/",
        ribbon=(say("Provisional indicators"),) if plan and plan.is_provisional else (),
        with_entry=not asked.context.settings.public_only,
    )
    response = Response(page, mimetype="text/html")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


def _front(plan: Plan | None, language: str) -> Markup:
    say = speak(language)
    if plan is None:
        return Markup("<h1>{}</h1>{}").format(
            say("Strategic plan and results"), paragraph(say("No plan and no results are published here yet."))
        )
    settings = plan.settings
    objectives = Markup("").join(
        Markup('<li><p class="code">{}</p><h3>{}</h3></li>').format(one.code, one.name.in_language(language))
        for one in plan.objectives
    )
    return Markup(
        '<h1>{name}</h1>{note}{overall}<h2>{heading}</h2><ol class="objectives">{objectives}</ol>{counts}'
    ).format(
        name=settings.name.in_language(language),
        note=paragraph(
            say("No results are published yet. They will stand here with the first edition, by objective and year."),
            "note",
        ),
        overall=_overall(settings.overall_objective.in_language(language), language),
        heading=say("Strategic objectives"),
        objectives=objectives,
        counts=paragraph(
            say(
                "{indicators} indicators, reported every quarter by {sites} sites, {first} to {last}.",
                indicators=len(plan.indicators),
                sites=len(plan.sites),
                first=settings.first_year,
                last=settings.last_year,
            ),
            "muted",
        ),
    )


def _overall(text: str, language: str) -> Markup:
    if not text:
        return Markup("")
    return Markup("<h2>{}</h2>{}").format(speak(language)("Overall objective"), paragraph(text))
