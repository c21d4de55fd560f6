"""The address of a figure's explanation: the part of an address that opens the drawer over any staff page."""

from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlencode

from etl.indicators.periods import Period, Quarter, find_period, make_period_key


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureReference:
    """A figure in the drawer. Without a site it is that of the page's selection."""

    code: str
    period: Period
    site: str = ""
    """A site or province that replaces those of the page."""
    part: str = ""
    is_to_date: bool = False
    """Whether it is the total to date at the end of the quarter, as in the history of an indicator."""
    start: Quarter | None = None
    """The quarter from which a total to date counts; None: from the start of its year."""

    @property
    def to_date(self) -> str:
        """The parameter of an address of a total to date; blank for another figure."""
        return str(self.start or "yes") if self.is_to_date else ""


def make_figure_hash(
    code: str,
    period: Period,
    *,
    site: str = "",
    part: str = "",
    is_to_date: bool = False,
    start: Quarter | None = None,
) -> str:
    """Return for example `#SO3-01.2026Q3?site=STC`. A link to it opens the drawer without a new page."""
    parameters = {"site": site, "part": part, "to_date": str(start or "yes") if is_to_date else ""}
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"#{quote(code)}.{make_period_key(period)}{'?' if query else ''}{query}"


def parse_figure_hash(text: str) -> FigureReference | None:
    """Return the figure that the hash of an address names; None for any other hash, such as `#main`."""
    name, _, query = text.removeprefix("#").partition("?")
    code, _, period_key = unquote(name).rpartition(".")
    period = find_period(period_key) if code and period_key else None
    if period is None:
        return None
    parameters = {key: values[0] for key, values in parse_qs(query, errors="replace").items()}
    to_date = parameters.get("to_date", "")
    start = find_period(to_date)
    return FigureReference(
        code=code,
        period=period,
        site=parameters.get("site", ""),
        part=parameters.get("part", ""),
        is_to_date=to_date == "yes" or isinstance(start, Quarter),
        start=start if isinstance(start, Quarter) else None,
    )
