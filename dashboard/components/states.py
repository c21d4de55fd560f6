"""Pages and notes for when there is nothing to show: what is missing, and what to do next."""

from collections.abc import Sequence
from typing import Any

from dashboard.access.registry import PageRequest
from dashboard.components.plain import dcc, html
from dashboard.components.site_choice import are_many, list_link
from dashboard.selection import address_of
from etl.indicators.vocabulary import Words
from etl.locale.translations import speak
from etl.queries.asking import Asking


def build_no_plan(language: str) -> Any:
    """Before the first plan: how to load one."""
    say = speak(language)
    return [
        html.H1(say("No plan is loaded yet")),
        html.P(say("Objectives, indicators, targets and sites come from the plan. Load it on the server:")),
        html.Pre("python -m etl plan load data/plan"),
    ]


def build_nothing_reported(asking: Asking, language: str) -> Any:
    """A note while no return stands; nothing once one does."""
    if asking.record.received:
        return None
    say = speak(language)
    return html.Div(
        [
            html.P(
                say("No return has come in yet, so there are no actuals. Make a site's form and load it once filled:")
            ),
            html.Pre("python -m etl form SITE QUARTER\npython -m etl load FILE --as USER"),
        ],
        className="note",
    )


def build_unknown(request: PageRequest, known: Sequence[tuple[str, Words]], kind: str) -> Any:
    """Says that the code isn't there and offers those that are."""
    language = request.language
    say = speak(language)
    links = [
        html.Li(
            dcc.Link(
                f"{code} · {name.in_language(language)}", href=address_of(request.selection, f"/staff/{kind}/{code}")
            )
        )
        for code, name in (() if kind == "site" and are_many(known) else known)
    ]
    return [
        html.H1(say("There is no such code: {code}", code=request.codes["code"])),
        html.P(say("These are there:")),
        html.P(list_link(request)) if kind == "site" and are_many(known) else html.Ul(links),
    ]
