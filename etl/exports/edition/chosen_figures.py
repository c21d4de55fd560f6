"""Choose figures of an edition by the parameters of an address: indicator, objective, site, year and part."""

from collections.abc import Iterable, Mapping, Sequence

from etl.errors import UnknownNameError
from etl.indicators.editions import PLAN_TO_DATE, EditionContents, EditionFigure, FigureKey

FILTERS = {
    "indicator": "code of an indicator",
    "objective": "code of an objective",
    "site": "code of a site or province; blank: the centre",
    "year": "a year, with its quarters; `plan`: the plan to date",
    "part": "an of-which, as dimension/category; blank: totals",
}
"""The parameters and what their values are. A repeated parameter means any of its values."""


class UnknownFilterError(UnknownNameError):
    """A parameter or a value that the edition doesn't have."""


def choose_figures(contents: EditionContents, filters: Mapping[str, Sequence[str]]) -> tuple[EditionFigure, ...]:
    """Return the figures that match every parameter, in the edition's order; UnknownFilterError like `select_keys`."""
    figures = {figure.key: figure for figure in contents.figures}
    return tuple(figures[key] for key in select_keys(contents, tuple(figures), filters))


def select_keys(
    contents: EditionContents,
    keys: Sequence[FigureKey],
    filters: Mapping[str, Sequence[str]],
    *,
    others: Sequence[str] = (),
) -> tuple[FigureKey, ...]:
    """Return those of the keys that match every parameter, in the edition's order. `others` are parameters to name.

    UnknownFilterError for an unknown parameter or value, so that a mistake isn't taken for an empty result.
    """
    for name in filters:
        if name not in FILTERS:
            raise UnknownFilterError(f"There is no parameter {name[:40]!r}. Use: {', '.join((*FILTERS, *others))}.")
    described = [(key, _describe(contents, key)) for key in keys]
    for name, values in filters.items():
        known = {facts[name] for _, facts in described} | _list_known(contents, name)
        for value in values:
            if value not in known:
                raise UnknownFilterError(f"There are no figures of the {name} {value[:40]!r}.")
    chosen = [key for key, facts in described if all(facts[name] in values for name, values in filters.items())]
    return _sort_keys(contents, chosen)


def _sort_keys(contents: EditionContents, keys: Iterable[FigureKey]) -> tuple[FigureKey, ...]:
    """Return the keys in the order of the edition's files; a database returns figures in another one."""
    indicators = [indicator.code for indicator in contents.edition.indicators]
    sites = ["", *contents.plan.site_by_code, *(province.code for province in contents.plan.provinces)]
    ranks = {code: rank for codes in (indicators, sites) for rank, code in enumerate(codes)}
    parts = {
        (part.indicator, part.key): rank
        for code in indicators
        for rank, part in enumerate(contents.plan.list_parts_and_participations(code), start=1)
    }

    def make_rank(key: FigureKey) -> tuple[int, int, int, tuple[bool, bool, str]]:
        period = (key.period != PLAN_TO_DATE, "Q" in key.period, key.period)
        return ranks[key.indicator], ranks.get(key.site, len(sites)), parts.get((key.indicator, key.part), 0), period

    return tuple(sorted(keys, key=make_rank))


def _describe(contents: EditionContents, key: FigureKey) -> dict[str, str]:
    objective = contents.get_indicator(key.indicator).objective
    year = key.period.partition("Q")[0]
    return {"indicator": key.indicator, "objective": objective, "site": key.site, "year": year, "part": key.part}


def _list_known(contents: EditionContents, name: str) -> set[str]:
    """Return what the plan has although no figure may have it."""
    if name == "objective":
        return set(contents.plan.objective_by_code)
    return set(contents.plan.site_by_code) if name == "site" else set()
