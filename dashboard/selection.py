"""The selection of a page (period, sites, programme and more) and its address."""

from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from etl.indicators.editions import parse_edition_id
from etl.indicators.periods import Period, PlanToDate, Quarter, find_period
from etl.indicators.plans import Plan, Plans
from etl.indicators.selected_sites import select_places
from etl.indicators.site_groups import SiteSelection, list_selected_codes
from etl.locale import Locale, get_locale
from etl.queries.compared_scopes import EACH_SITE, EDITION_PREFIX, SITE_PREFIX, YEAR_BEFORE
from etl.queries.find_sites import find_place_codes

KHMER_PREFIX = "/km"

_base_path: ContextVar[str] = ContextVar("base_path", default="")

_MAX_LENGTH = 40
"""The number of characters after which an unknown value is cut."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What a page shows. Without sites or a province, all sites; without objectives or programme, the whole plan."""

    objectives: tuple[str, ...] = ()
    programme: str = ""
    period: Period = PlanToDate()
    sites: SiteSelection = ()
    include_unapproved: bool = True
    plan_version: int | None = None
    """The plan version for all quarters. None: for each quarter, the version in force at its end."""
    compare: str = ""
    """What the figures are compared with, as `etl.queries.compared_scopes` names it; blank: nothing."""
    language: str = "en"
    unknown: tuple[str, ...] = ()
    """Values of the address that do not exist. The page names and ignores them."""

    @property
    def objective(self) -> str:
        """The first selected objective, for pages that show one; blank without one."""
        return next(iter(self.objectives), "")

    @property
    def locale(self) -> Locale:
        return get_locale(self.language)


def parse_selection(query: str, plans: Plans | None, language: str = "en") -> Selection:
    """Parse a query such as `?period=2025&site=BKN`. Values that do not exist are collected in `unknown`.

    `site` names a site or a province. Objectives, programmes, sites and years of every plan version are valid, so that
    old addresses keep working. Other parameters are ignored.
    """
    parameters = parse_qs(query.removeprefix("?"), max_num_fields=None, errors="replace")
    known = tuple(version.plan for version in plans.versions) if plans else ()
    unknown: list[str] = []
    objectives = _select_all_known(
        parameters.get("objective", ()), _list_codes(plan.objectives for plan in known), unknown
    )
    programme = _select_known(parameters.get("programme", ()), _list_codes(plan.programmes for plan in known), unknown)
    sites = _find_sites(parameters["site"], plans, unknown) if "site" in parameters else ()
    period = _parse_period(parameters.get("period", ()), known, unknown)
    approval = _select_known(parameters.get("unapproved", ()), ("no", "yes"), unknown)
    versions = [str(version.number) for version in plans.versions] if plans else []
    version = _select_known(parameters.get("plan", ()), versions, unknown)
    compare = _select_comparison(parameters.get("compare", ()), known, unknown)
    return Selection(
        objectives=objectives,
        programme=programme,
        period=period,
        sites=sites,
        include_unapproved=approval != "no",
        plan_version=int(version) if version else None,
        compare=compare,
        language=language,
        unknown=tuple(unknown),
    )


def make_address(selection: Selection, path: str) -> str:
    """Return the address of a page (a path without `/km`) with the selection. Default values are left out."""
    pairs = [("objective", code) for code in selection.objectives]
    pairs.append(("programme", selection.programme))
    if not isinstance(selection.period, PlanToDate):
        pairs.append(("period", str(selection.period)))
    pairs += [("site", code) for code in list_selected_codes(selection.sites)]
    if not selection.include_unapproved:
        pairs.append(("unapproved", "no"))
    if selection.plan_version is not None:
        pairs.append(("plan", str(selection.plan_version)))
    pairs.append(("compare", selection.compare))
    query = urlencode([pair for pair in pairs if pair[1]])
    return localize_path(path, selection.language) + (f"?{query}" if query else "")


def set_base_path(path: str) -> None:
    """Set the path below which this request's server is reached, such as `/cardec`; blank for the root of its host."""
    _base_path.set(path)


def add_base_path(path: str) -> str:
    """Return the address of a path of the server, as browsers need it."""
    return _base_path.get() + path


def split_language(path: str) -> tuple[str, str]:
    """Return the language of an address and its path without prefix: `/km/staff/overview` is Khmer.

    The browser's addresses, which callbacks get, begin with the base path; those of requests don't.
    """
    if path.startswith(add_base_path("/")):
        path = path.removeprefix(add_base_path(""))
    if path == KHMER_PREFIX:
        return "km", "/"
    if path.startswith(f"{KHMER_PREFIX}/"):
        return "km", path.removeprefix(KHMER_PREFIX)
    return "en", path


def localize_path(path: str, language: str) -> str:
    """Return the address of a path (without prefix) in the language."""
    return add_base_path(f"{KHMER_PREFIX}{path}" if language == "km" else path)


def _list_codes(groups: Iterable[Sequence[object]]) -> tuple[str, ...]:
    """Return every code, in the order of the plans."""
    return tuple(dict.fromkeys(str(getattr(item, "code", "")) for group in groups for item in group))


def _list_comparisons(plans: Sequence[Plan]) -> tuple[str, ...]:
    """Return everything that figures may be compared with."""
    years = [str(year) for plan in plans for year in range(plan.settings.first_year, plan.settings.last_year + 1)]
    sites = [f"{SITE_PREFIX}{code}" for code in _list_codes(plan.sites for plan in plans)]
    return YEAR_BEFORE, EACH_SITE, *years, *sites


def _select_comparison(values: Sequence[str], plans: Sequence[Plan], unknown: list[str]) -> str:
    """Return what to compare with. The page, which reads the editions, says whether there is such an edition."""
    editions = [
        value
        for value in values
        if value.startswith(EDITION_PREFIX) and parse_edition_id(value.removeprefix(EDITION_PREFIX)) is not None
    ]
    return _select_known(values, [*_list_comparisons(plans), *editions], unknown)


def _select_known(values: Sequence[str], known: Sequence[str], unknown: list[str]) -> str:
    unknown += [_cut(value) for value in values if value not in known]
    return next((value for value in values if value in known), "")


def _select_all_known(values: Sequence[str], known: Sequence[str], unknown: list[str]) -> tuple[str, ...]:
    """Return all known values, in the order of the plans."""
    unknown += [_cut(value) for value in values if value not in known]
    return tuple(value for value in known if value in values)


def _find_sites(values: Sequence[str], plans: Plans | None, unknown: list[str]) -> SiteSelection:
    """Return the sites and provinces with these codes, or with these names in either language."""
    codes: list[str] = []
    for value in dict.fromkeys(values):
        matches = find_place_codes(plans, value) if plans else ()
        unknown += () if matches else [_cut(value)]
        codes += matches
    return select_places(plans, codes) if plans else ()


def _parse_period(values: Sequence[str], plans: tuple[Plan, ...], unknown: list[str]) -> Period:
    for text in values:
        period = find_period(text)
        if period is not None and _lies_in(period, plans):
            return period
        unknown.append(_cut(text))
    return PlanToDate()


def _lies_in(period: Period, plans: tuple[Plan, ...]) -> bool:
    if isinstance(period, PlanToDate):
        return True
    first, last = (period.year, period.year) if isinstance(period, Quarter) else (period.first, period.last)
    return any(plan.settings.first_year <= first and last <= plan.settings.last_year for plan in plans)


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_LENGTH else text[:_MAX_LENGTH] + "…"


def append_parameters(address: str, **parameters: str) -> str:
    """Return the address with more parameters; those without a value are left out."""
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"{address}{'&' if '?' in address else '?'}{query}" if query else address
