"""The newest edition as charts: progress, over time and by site. It shows published figures only."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dash import html

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.explore_cards import Explorer, build_share_links
from dashboard.components.explore_choices import ExploreChoices, make_explore_address, parse_choices
from dashboard.components.explore_controls import build_controls, build_unknown_note, build_view_links
from dashboard.components.explore_views import build_view, count_shown_ratings
from dashboard.components.language_switch import build_language_links
from dashboard.components.markup import make_link, tags
from dashboard.components.public_frame import build_public_frame
from etl.queries.editions import find_newest_edition_contents
from etl.wording import describe_rating_counts
from etl.wording.abbreviations import explain_abbreviations
from etl.wording.contact import describe_contact
from etl.wording.editions import describe_edition_period


@registry.page("/explore", title="Explore the published figures", permission="public")
def build_explore(page: PageContext) -> Any:
    """Return the page in its own frame, or a note before the first edition."""
    contents = find_newest_edition_contents(page.source)
    if contents is None:
        nothing = [
            html.H1(page.gettext("Nothing is published yet")),
            html.P(page.gettext("The first edition will show progress by objective, over time and by site.")),
            html.P(describe_contact(page.context.settings.publisher.contact, page.locale)),
        ]
        return build_public_frame(page, _build_languages(page, ExploreChoices()), None, nothing)
    explorer = Explorer(page, parse_choices(page.query, contents, page.language), contents)
    return build_public_frame(page, _build_languages(page, explorer.choices), contents, _build_content(explorer))


def _build_languages(page: PageContext, choices: ExploreChoices) -> Any:
    make_address: Callable[[str], str] = lambda language: make_explore_address(replace(choices, language=language))  # noqa: E731
    return build_language_links(page, make_address)


def _build_content(explorer: Explorer) -> list[Any]:
    page, choices = explorer.page, explorer.choices
    abbreviations = explain_abbreviations(explorer.contents.plan, page.locale)
    period = describe_edition_period(choices.period, page.locale)
    return [
        html.Div(
            [
                html.H1(page.gettext("Explore the published figures")),
                html.P(
                    f"{describe_rating_counts(count_shown_ratings(explorer), page.locale)} ({period})",
                    className="muted",
                ),
            ],
            className="explore-head",
        ),
        build_view_links(page, choices),
        build_controls(page, choices, explorer.contents),
        build_unknown_note(choices, page),
        _build_indicator_note(explorer),
        *build_view(explorer),
        tags.P(abbreviations, className="muted") if abbreviations else None,
        build_share_links(explorer, page.origin),
    ]


def _build_indicator_note(explorer: Explorer) -> Any:
    """Return the name of the chosen indicator, with a link back to all of them; None without one."""
    indicator = explorer.contents.plan.indicator_by_code.get(explorer.choices.indicator)
    if indicator is None:
        return None
    back = make_link(explorer.page.gettext("Show all indicators"), href=explorer.make_address(indicator=""))
    return tags.P([tags.B(explorer.get_name(indicator)), " · ", back], className="chosen")
