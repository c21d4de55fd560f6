"""What a visitor chose to see, and the address that says so: a link shows another person the same screen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

from etl.indicators.periods import Period, PlanToDate, Quarter, find_period
from etl.indicators.plans import Plan, Plans
from etl.locale import Locale, get_locale
from etl.queries.find_sites import find_site_codes

KHMER_PREFIX = "/km"

_LONGEST = 40
"""An unknown value is named to its visitor, cut to so many characters."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """A choice of what stands on a page. No sites: all of them; no objective or programme: the whole plan."""

    objective: str = ""
    programme: str = ""
    period: Period = PlanToDate()
    sites: tuple[str, ...] = ()
    include_unapproved: bool = True
    plan_version: int | None = None
    """The version of the plan that judges everything; None: each quarter by the one in force at its end."""
    language: str = "en"
    unknown: tuple[str, ...] = ()
    """What the address asked for that doesn't exist: named on the page, and left out."""

    @property
    def locale(self) -> Locale:
        return get_locale(self.language)


def parse_selection(query: str, plans: Plans | None, language: str = "en") -> Selection:
    """The selection that a query (`?period=2025&site=BKN`) spells. Never an error: what doesn't exist is `unknown`.

    Objectives, programmes, sites and years of every plan version are known, since old addresses last. Other
    parameters are left alone.
    """
    asked = parse_qs(query.removeprefix("?"), max_num_fields=None, errors="replace")
    known = tuple(version.plan for version in plans.versions) if plans else ()
    unknown: list[str] = []
    objective = _one_of(asked.get("objective", ()), _codes(one.objectives for one in known), unknown)
    programme = _one_of(asked.get("programme", ()), _codes(one.programmes for one in known), unknown)
    sites = _sites(asked["site"], plans, unknown) if "site" in asked else ()
    period = _period(asked.get("period", ()), known, unknown)
    approval = _one_of(asked.get("unapproved", ()), ("no", "yes"), unknown)
    versions = [str(version.number) for version in plans.versions] if plans else []
    version = _one_of(asked.get("plan", ()), versions, unknown)
    return Selection(
        objective=objective,
        programme=programme,
        period=period,
        sites=sites,
        include_unapproved=approval != "no",
        plan_version=int(version) if version else None,
        language=language,
        unknown=tuple(unknown),
    )


def make_address(selection: Selection, path: str) -> str:
    """The address of a page (a path without `/km`) that shows the selection; what is usual is not spelled out."""
    pairs = [("objective", selection.objective), ("programme", selection.programme)]
    if not isinstance(selection.period, PlanToDate):
        pairs.append(("period", str(selection.period)))
    pairs += [("site", site) for site in selection.sites]
    if not selection.include_unapproved:
        pairs.append(("unapproved", "no"))
    if selection.plan_version is not None:
        pairs.append(("plan", str(selection.plan_version)))
    query = urlencode([pair for pair in pairs if pair[1]])
    return localize_path(path, selection.language) + (f"?{query}" if query else "")


def with_language(selection: Selection, language: str) -> Selection:
    """The same choice, to be read in another language."""
    return replace(selection, language=language)


def split_language(path: str) -> tuple[str, str]:
    """The language of an address and the path without its prefix: `/km/staff/overview` is Khmer."""
    if path == KHMER_PREFIX:
        return "km", "/"
    if path.startswith(f"{KHMER_PREFIX}/"):
        return "km", path.removeprefix(KHMER_PREFIX)
    return "en", path


def localize_path(path: str, language: str) -> str:
    """The path (without prefix) as an address in the language."""
    return f"{KHMER_PREFIX}{path}" if language == "km" else path


def _codes(groups: Iterable[Sequence[object]]) -> tuple[str, ...]:
    """Every code, in the order in which the plans first name them."""
    return tuple(dict.fromkeys(str(getattr(one, "code", "")) for group in groups for one in group))


def _one_of(asked: Sequence[str], known: Sequence[str], unknown: list[str]) -> str:
    unknown += [_cut(value) for value in asked if value not in known]
    return next((value for value in asked if value in known), "")


def _sites(asked: Sequence[str], plans: Plans | None, unknown: list[str]) -> tuple[str, ...]:
    """The sites by their codes, or else by what they are called in either language, as somebody types it."""
    known = _codes(version.plan.sites for version in plans.versions) if plans else ()
    meant: set[str] = set()
    for value in dict.fromkeys(asked):
        found = (value,) if value in known else find_site_codes(plans, value) if plans else ()
        unknown += () if found else [_cut(value)]
        meant.update(found)
    return tuple(code for code in known if code in meant)


def _period(asked: Sequence[str], plans: tuple[Plan, ...], unknown: list[str]) -> Period:
    for text in asked:
        found = find_period(text)
        if found is not None and _lies_in(found, plans):
            return found
        unknown.append(_cut(text))
    return PlanToDate()


def _lies_in(period: Period, plans: tuple[Plan, ...]) -> bool:
    if isinstance(period, PlanToDate):
        return True
    first, last = (period.year, period.year) if isinstance(period, Quarter) else (period.first, period.last)
    return any(plan.settings.first_year <= first and last <= plan.settings.last_year for plan in plans)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
