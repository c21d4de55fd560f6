"""Render the pages of objectives and programmes, the downloads, the changes, and the pages about an edition."""

from etl.indicators.editions import EditionContents
from etl.indicators.vocabulary import Objective, Programme
from etl.publication.front_page import rate_objective
from etl.publication.guides import PUBLIC_GUIDE, read_guide
from etl.publication.public_page import EditionPage, render_public_page
from etl.wording.restatements import iterate_changes

ABOUT_PAGES = ("reading", "centre", "figures", "cite", "accessibility", "privacy")


def render_about_page(contents: EditionContents, name: str, page: EditionPage) -> bytes:
    """Return one of `ABOUT_PAGES`."""
    guide = read_guide(PUBLIC_GUIDE, page.language)
    return render_public_page(f"about_{name}.html", contents, page, sources=_list_sources(contents), guide=guide)


def _list_sources(contents: EditionContents) -> tuple[str, ...]:
    """Return the distinct sources of the programmes. What follows a semicolon is a remark on the translation."""
    sources = (programme.source.partition(";")[0].strip() for programme in contents.plan.programmes)
    return tuple(dict.fromkeys(filter(None, sources)))


def render_objective_page(contents: EditionContents, objective: Objective, page: EditionPage) -> bytes:
    """Return the page of an objective with its indicators."""
    indicators, counts = rate_objective(contents, objective)
    return render_public_page(
        "objective.html", contents, page, objective=objective, indicators=indicators, rating_counts=counts
    )


def render_programme_page(contents: EditionContents, programme: Programme, page: EditionPage) -> bytes:
    """Return the page of a programme or organisation with the indicators that the plan links to it."""
    links = [link for link in contents.plan.indicator_programmes if link.programme == programme.code]
    return render_public_page(
        "programme.html",
        contents,
        page,
        programme=programme,
        indicators=contents.list_programme_indicators(programme),
        is_illustrative=any(link.provenance == "illustrative" for link in links),
    )


def render_downloads_page(contents: EditionContents, page: EditionPage) -> bytes:
    """Return the list of downloads with their purposes."""
    return render_public_page("downloads.html", contents, page)


def render_changes_page(contents: EditionContents, page: EditionPage) -> bytes:
    """Return the list of numbers that differ from the edition before."""
    changes = tuple(iterate_changes(contents, page.locale))
    return render_public_page("changes.html", contents, page, changes=changes)
