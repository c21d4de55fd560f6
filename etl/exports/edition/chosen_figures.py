"""Choose figures of an edition by the parameters of an address: indicator, objective, site, year and part."""

from collections.abc import Iterable, Mapping, Sequence

from etl.errors import CardecError
from etl.indicators.editions import PLAN_TO_DATE, EditionContents, EditionFigure

FILTERS = {
    "indicator": "code of an indicator",
    "objective": "code of an objective",
    "site": "code of a site or province; blank: the centre",
    "year": "a year, with its quarters; `plan`: the plan to date",
    "part": "an of-which, as dimension/category; blank: totals",
}
"""The parameters and what their values are. A repeated parameter means any of its values."""


class UnknownFilterError(CardecError):
    """A parameter or a value that the edition doesn't have."""


def choose_figures(contents: EditionContents, filters: Mapping[str, Sequence[str]]) -> tuple[EditionFigure, ...]:
    """Return the figures that match every parameter, in the edition's order.

    UnknownFilterError for an unknown parameter or value, so that a mistake isn't taken for an empty result.
    """
    for name in filters:
        if name not in FILTERS:
            raise UnknownFilterError(f"There is no parameter {name[:40]!r}. Use: {', '.join(FILTERS)}.")
    described = [(figure, _describe(contents, figure)) for figure in contents.figures]
    for name, values in filters.items():
        known = {facts[name] for _, facts in described} | _list_known(contents, name)
        for value in values:
            if value not in known:
                raise UnknownFilterError(f"The edition has no {name} {value[:40]!r}.")
    chosen = [figure for figure, facts in described if all(facts[name] in values for name, values in filters.items())]
    return sort_as_published(contents, chosen)


def sort_as_published(contents: EditionContents, figures: Iterable[EditionFigure]) -> tuple[EditionFigure, ...]:
    """Return the figures in the order of the edition's files; a database returns them in another one."""
    indicators = [indicator.code for indicator in contents.edition.indicators]
    sites = ["", *contents.plan.site_by_code, *(province.code for province in contents.plan.provinces)]
    ranks = {code: rank for codes in (indicators, sites) for rank, code in enumerate(codes)}
    parts = {
        (part.indicator, part.key): rank
        for code in indicators
        for rank, part in enumerate(contents.plan.list_parts_and_participations(code), start=1)
    }

    def make_key(figure: EditionFigure) -> tuple[int, int, int, tuple[bool, bool, str]]:
        key = figure.key
        period = (key.period != PLAN_TO_DATE, "Q" in key.period, key.period)
        return ranks[key.indicator], ranks.get(key.site, len(sites)), parts.get((key.indicator, key.part), 0), period

    return tuple(sorted(figures, key=make_key))


def _describe(contents: EditionContents, figure: EditionFigure) -> dict[str, str]:
    key = figure.key
    objective = contents.get_indicator(key.indicator).objective
    year = key.period.partition("Q")[0]
    return {"indicator": key.indicator, "objective": objective, "site": key.site, "year": year, "part": key.part}


def _list_known(contents: EditionContents, name: str) -> set[str]:
    """Return what the plan has although no figure may have it."""
    if name == "objective":
        return set(contents.plan.objective_by_code)
    return set(contents.plan.site_by_code) if name == "site" else set()
