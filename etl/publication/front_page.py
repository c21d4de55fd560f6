"""Render the front page of an edition: every objective with its indicators."""

from etl.exports.edition.dataset import describe_dataset
from etl.indicators.editions import EditionContents
from etl.indicators.results import RatingCounts
from etl.indicators.vocabulary import Indicator, Objective
from etl.locale import Locale
from etl.publication.front_charts import draw_objective_years, draw_site_map, list_site_ratings
from etl.publication.headlines import list_headlines
from etl.publication.public_page import EditionPage, render_public_page
from etl.wording import make_rating_counts_title
from etl.wording.editions import count_edition_ratings, sort_by_urgency


def render_front_page(contents: EditionContents, page: EditionPage) -> bytes:
    """Return the page at the edition's own address."""
    return render_public_page(
        "front.html",
        contents,
        page,
        title=format_plan_title(contents, page.locale),
        rating_counts=count_edition_ratings(contents),
        dataset=describe_dataset(contents, page.root),
        headlines=list_headlines(contents),
        objective_years={
            objective.code: draw_objective_years(contents, objective, page.locale)
            for objective in contents.plan.objectives
        },
        site_ratings=(site_ratings := list_site_ratings(contents)),
        site_map=draw_site_map(site_ratings, page.locale),
        objectives=[(objective, *rate_objective(contents, objective)) for objective in contents.plan.objectives],
        programmes=[
            programme for programme in contents.plan.programmes if contents.list_programme_indicators(programme)
        ],
    )


def format_plan_title(contents: EditionContents, locale: Locale) -> str:
    """Return the main result of the plan in one sentence."""
    settings = contents.plan.settings
    plan = locale.gettext("Strategic plan {first}–{last}", first=settings.first_year, last=settings.last_year)
    return f"{plan}: {make_rating_counts_title(count_edition_ratings(contents), locale)}"


def rate_objective(contents: EditionContents, objective: Objective) -> tuple[tuple[Indicator, ...], RatingCounts]:
    """Return the indicators of an objective, most behind first, and how many have each rating."""
    indicators = contents.list_objective_indicators(objective)
    counts = count_edition_ratings(contents, tuple(indicator.code for indicator in indicators))
    return sort_by_urgency(contents, indicators), counts
