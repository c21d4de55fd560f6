"""Render the pages of objectives and programmes, the downloads, the changes, and the pages about an edition."""

from collections.abc import Iterator
from dataclasses import dataclass

from etl.indicators.editions import EditionContents, Restatement
from etl.indicators.vocabulary import Indicator, Objective, Programme
from etl.locale import Locale
from etl.publication.front_page import rate_objective
from etl.publication.guides import PUBLIC_GUIDE, read_guide
from etl.publication.public_page import EditionPage, render_public_page
from etl.wording.editions import describe_restated_value, format_number, get_small_count_limit
from etl.wording.participations import describe_part

ABOUT_PAGES = ("reading", "centre", "figures", "cite", "accessibility", "privacy")


@dataclass(frozen=True)
class _Change:
    """One row of the changes: a value or a target before and after."""

    indicator: Indicator
    subject: str
    period: str
    before: str
    after: str


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
    changes = [
        change
        for restatement in contents.edition.restatements
        for change in _iterate_changes(contents, restatement, page.locale)
    ]
    return render_public_page("changes.html", contents, page, changes=changes)


def _iterate_changes(contents: EditionContents, restatement: Restatement, locale: Locale) -> Iterator[_Change]:
    key = restatement.key
    indicator = contents.find_indicator(key.indicator)
    if indicator is None:
        return
    _ = locale.gettext
    names = {province.code: province.name for province in contents.plan.provinces}
    names |= {site.code: site.name for site in contents.plan.sites}
    sites = {code: name.get_text(locale.language) for code, name in names.items()}
    plan_parts = contents.plan.list_parts_and_participations(indicator.code)
    parts = {part.key: describe_part(part, locale) for part in plan_parts}
    location = " · ".join(filter(None, (parts.get(key.part, key.part), sites.get(key.site, key.site))))
    if (restatement.old_state, restatement.old_value) != (restatement.new_state, restatement.new_value):
        limit = get_small_count_limit(contents)
        before, after = (
            describe_restated_value(state, value, indicator, limit, locale)
            for state, value in (
                (restatement.old_state, restatement.old_value),
                (restatement.new_state, restatement.new_value),
            )
        )
        yield _Change(indicator, f"{_('Result')} {location}".strip(), key.period, before, after)
    if restatement.old_target != restatement.new_target:
        before, after = (
            _("no target") if target is None else format_number(target, indicator, locale)
            for target in (restatement.old_target, restatement.new_target)
        )
        yield _Change(indicator, f"{_('Target')} {location}".strip(), key.period, before, after)
