"""What the explore page shows: its view, objectives, sites and years, read from the address and written to it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

from dashboard.selection import localize_path
from etl.indicators.editions import PLAN_TO_DATE, EditionContents, EditionFigure
from etl.indicators.periods import Years, find_period
from etl.indicators.plans import make_single_plan
from etl.indicators.vocabulary import Indicator
from etl.queries.find_sites import find_place_codes

PATH = "/explore"
PROGRESS, OVER_TIME, BY_SITE, TABLE = VIEWS = ("progress", "time", "sites", "table")
MAX_PLACES = 6
"""The number of sites and provinces that a chart can compare."""
_MAX_LENGTH = 40
"""The number of characters after which an unknown value is cut."""


@dataclass(frozen=True, kw_only=True)
class ExploreChoices:
    """The choices. Without objectives all of them, without places the centre, without years the whole edition."""

    view: str = PROGRESS
    objectives: tuple[str, ...] = ()
    indicator: str = ""
    programme: str = ""
    places: tuple[str, ...] = ()
    """Codes of sites and provinces."""
    period: str = PLAN_TO_DATE
    """The period of every view but the one over time: `plan` or a year."""
    first_year: str = ""
    last_year: str = ""
    """The first and last year of the view over time."""
    language: str = "en"
    unknown: tuple[str, ...] = ()
    """Values of the address that the edition doesn't have. The page names and ignores them."""

    @property
    def is_narrow(self) -> bool:
        """Whether few enough indicators are chosen for a chart each."""
        return bool(self.objectives or self.indicator or self.programme)


@dataclass(frozen=True)
class ShownFigure:
    """A figure that the page shows. `place` is blank for the centre."""

    indicator: Indicator
    place: str
    figure: EditionFigure


def parse_choices(query: str, contents: EditionContents, language: str) -> ExploreChoices:
    """Parse a query such as `?view=time&objective=SO1&site=BKN&site=RVG&from=2023`. Other parameters are ignored.

    `period=2022-2024`, as older addresses have it, is the range of years.
    """
    parameters = parse_qs(query.removeprefix("?"), errors="replace")
    unknown: list[str] = []

    def select(name: str, known: Callable[[str], bool]) -> tuple[str, ...]:
        values = tuple(dict.fromkeys(parameters.get(name, ())))
        unknown.extend(value[:_MAX_LENGTH] for value in values if not known(value))
        return tuple(value for value in values if known(value))

    years = [str(year) for year in contents.edition.years]
    plan = contents.plan
    periods = select("period", lambda value: value in (PLAN_TO_DATE, *years) or bool(_find_range(value, years)))
    first, last = (_find_range(periods[0], years) if periods else None) or ("", "")
    period = periods[0] if periods and not first else PLAN_TO_DATE
    first = next(iter(select("from", years.__contains__)), first)
    last = next(iter(select("to", years.__contains__)), last)
    if first and last and first > last:
        first, last = last, first
    return ExploreChoices(
        view=next(iter(select("view", VIEWS.__contains__)), PROGRESS),
        objectives=select("objective", plan.objective_by_code.__contains__),
        indicator=next(iter(select("indicator", plan.indicator_by_code.__contains__)), ""),
        programme=next(iter(select("programme", {item.code for item in plan.programmes}.__contains__)), ""),
        places=_find_places(parameters.get("site", ()), contents, unknown),
        period=period,
        first_year="" if first == years[0] else first,
        last_year="" if last == years[-1] else last,
        language=language,
        unknown=tuple(unknown),
    )


def _find_range(text: str, years: Sequence[str]) -> tuple[str, str] | None:
    period = find_period(text)
    if not isinstance(period, Years) or period.first == period.last:
        return None
    first, last = str(period.first), str(period.last)
    return (first, last) if first in years and last in years else None


def _find_places(values: Sequence[str], contents: EditionContents, unknown: list[str]) -> tuple[str, ...]:
    """Return the places with these codes or names, at most `MAX_PLACES`."""
    plans, codes = make_single_plan(contents.plan), list[str]()
    for value in dict.fromkeys(values):
        found_codes = find_place_codes(plans, value)
        if not found_codes or len(codes) + len(found_codes) > MAX_PLACES:
            unknown.append(value[:_MAX_LENGTH])
        else:
            codes += found_codes
    return tuple(dict.fromkeys(codes))


def make_explore_address(choices: ExploreChoices, path: str = PATH) -> str:
    """Return the address of the choices, without those that are the default."""
    query = make_explore_query(choices)
    return localize_path(path, choices.language) + (f"?{query}" if query else "")


def make_explore_query(choices: ExploreChoices) -> str:
    """Return the query string of the choices; blank for the default ones."""
    pairs = [("view", "" if choices.view == PROGRESS else choices.view)]
    pairs += [("objective", code) for code in choices.objectives]
    pairs += [("indicator", choices.indicator), ("programme", choices.programme)]
    pairs += [("site", code) for code in choices.places]
    pairs += [("period", "" if choices.period == PLAN_TO_DATE else choices.period)]
    pairs += [("from", choices.first_year), ("to", choices.last_year)]
    return urlencode([pair for pair in pairs if pair[1]])


def list_chosen_indicators(choices: ExploreChoices, contents: EditionContents) -> tuple[Indicator, ...]:
    """Return the chosen indicators in the plan's order."""
    linked = {link.indicator for link in contents.plan.indicator_programmes if link.programme == choices.programme}
    return tuple(
        indicator
        for indicator in contents.plan.indicators
        if (not choices.objectives or indicator.objective in choices.objectives)
        and choices.indicator in ("", indicator.code)
        and (not choices.programme or indicator.code in linked)
    )


def list_chosen_years(choices: ExploreChoices, contents: EditionContents) -> tuple[str, ...]:
    """Return the years of the view over time."""
    years = tuple(str(year) for year in contents.edition.years)
    return tuple(year for year in years if (choices.first_year or years[0]) <= year <= (choices.last_year or years[-1]))


def list_chosen_places(choices: ExploreChoices, contents: EditionContents, indicator: Indicator) -> tuple[str, ...]:
    """Return the places whose figures of the indicator are shown; blank is the centre."""
    if choices.view == BY_SITE and not choices.places:
        return tuple(site.code for site in contents.list_sites(indicator.code))
    return choices.places or ("",)


def iterate_shown_figures(choices: ExploreChoices, contents: EditionContents) -> Iterator[ShownFigure]:
    """Yield every figure that the view shows: by indicator, then place, then period."""
    periods = list_chosen_years(choices, contents) if choices.view == OVER_TIME else (choices.period,)
    for indicator in list_chosen_indicators(choices, contents):
        for place in list_chosen_places(choices, contents, indicator):
            for period in periods:
                figure = contents.find(indicator.code, site=place, period=period)
                if figure is not None:
                    yield ShownFigure(indicator, place, figure)


def change_choices(choices: ExploreChoices, values: dict[str, object]) -> ExploreChoices:
    """Return the choices with the values of the page's controls, by their names. None leaves a choice as it is."""

    def get_text(name: str, current: str, default: str = "") -> str:
        value = values.get(name)
        return current if value is None else ("" if str(value) == default else str(value))

    return replace(
        choices,
        objectives=_list_codes(values.get("objective"), choices.objectives),
        places=_list_codes(values.get("site"), choices.places),
        programme=get_text("programme", choices.programme, "all"),
        period=get_text("period", choices.period) or PLAN_TO_DATE,
        first_year=get_text("from", choices.first_year),
        last_year=get_text("to", choices.last_year),
    )


def _list_codes(value: object, current: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ticked values, or the comma-separated names of a text field."""
    if isinstance(value, str):
        return tuple(name for part in value.split(",") if (name := part.strip()))
    return tuple(map(str, value)) if isinstance(value, list) else current
