"""Charts of the front page as inline SVG: share on track by year, and a map of the sites."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, radians

from markupsafe import Markup

from etl.indicators.editions import EditionContents
from etl.indicators.figures import count_ratings
from etl.indicators.results import RatingCounts
from etl.indicators.vocabulary import Indicator, Objective, Site
from etl.locale import Locale
from etl.publication.rating_styles import ACCENT, INK, LINE, SOFT, TRACK
from etl.publication.svg import format_coordinate

MAX_SITES = 24
"""The number of sites that the map shows; the explore page has all of them."""

_WIDTH, _HEIGHT, _EDGE = 420, 330, 26
_LARGEST_SCALE = 400.0
"""Map units for a degree, so that sites close to each other don't seem far apart."""
_NEAR = 20.0
"""Points closer than this are moved apart."""


def count_ratings_of(
    contents: EditionContents, indicators: Sequence[Indicator], *, period: str = "plan", site: str = ""
) -> RatingCounts:
    """Return the public ratings of the indicators in a period, of a site or of the centre."""
    figures = (contents.find(indicator.code, period=period, site=site) for indicator in indicators)
    return count_ratings(figure.public_rating for figure in figures if figure and figure.public_rating)


def draw_objective_years(contents: EditionContents, objective: Objective, locale: Locale) -> Markup:
    """Return a column for each year: the share of the objective's rated indicators that are on track."""
    indicators = contents.list_objective_indicators(objective)
    years = [str(year) for year in contents.edition.years]
    counts = [count_ratings_of(contents, indicators, period=year) for year in years]
    width, height = 300, 96
    step = width / max(len(years), 1)
    shapes = [
        _draw_column(index * step, step, height, year, item, locale, is_labelled=_is_labelled(index, len(years)))
        for index, (year, item) in enumerate(zip(years, counts, strict=True))
    ]
    texts = (
        locale.gettext("{year}: {good} of {rated}", year=year, good=item.good_count, rated=item.rated_count)
        for year, item in zip(years, counts, strict=True)
    )
    label = locale.gettext("On track or achieved, by year: {years}", years=", ".join(texts))
    return _render_frame("share-years", width, height, label, shapes)


def _is_labelled(index: int, count: int) -> bool:
    """Whether a column has its texts: where there are many, some would overlap."""
    step = -(-count // 8) or 1
    return (count - 1 - index) % step == 0


def _draw_column(
    left: float, step: float, height: int, year: str, counts: RatingCounts, locale: Locale, *, is_labelled: bool
) -> Markup:
    base, room, width = height - 18, height - 38, step * 0.62
    x, middle = left + step * 0.19, left + step / 2
    share = counts.good_count / counts.rated_count if counts.rated_count else None
    parts = [_draw_rectangle(x, base - room, width, room, TRACK)]
    if share is not None:
        parts.append(_draw_rectangle(x, base - room * share, width, room * share, ACCENT))
    if is_labelled:
        text = locale.format_share(Decimal(counts.good_count) / counts.rated_count, 0) if share is not None else "–"
        parts.append(_draw_text(middle, base - room - 5, text, INK, size=12))
        parts.append(_draw_text(middle, height - 4, year, SOFT, size=12))
    return Markup("").join(parts)


@dataclass(frozen=True)
class SiteRating:
    """A site with its number on the map and the ratings of its indicators."""

    number: int
    site: Site
    counts: RatingCounts


def list_site_ratings(contents: EditionContents) -> tuple[SiteRating, ...]:
    """Return the sites that have figures, the one with the lowest share on track first."""
    reporting = {figure.key.site for figure in contents.figures}
    sites = [
        (site, count_ratings_of(contents, contents.plan.indicators, site=site.code))
        for site in contents.plan.sites
        if site.code in reporting
    ]
    sites.sort(key=lambda item: item[1].good_count / item[1].rated_count if item[1].rated_count else 2.0)
    return tuple(SiteRating(number, site, counts) for number, (site, counts) in enumerate(sites[:MAX_SITES], start=1))


def draw_site_map(ratings: Sequence[SiteRating], locale: Locale) -> Markup:
    """Return the sites as numbered points by latitude and longitude, north at the top; blank without coordinates.

    The darker part of a point's ring is the share of the site's rated indicators that are on track.
    """
    located = [rating for rating in ratings if rating.site.lat is not None and rating.site.lon is not None]
    if not located:
        return Markup("")
    points = _separate(_project([rating.site for rating in located]))
    names = ", ".join(f"{rating.number} {rating.site.name.get_text(locale.language)}" for rating in located)
    label = locale.gettext("Map of the sites by latitude and longitude: {names}", names=names)
    shapes = [_draw_point(rating, *point) for rating, point in zip(located, points, strict=True)]
    north = _draw_text(_WIDTH - 18, 18, "↑ N", SOFT, size=13)
    frame = Markup('<rect width="{}" height="{}" rx="8" fill="#fff" stroke="{}"/>').format(_WIDTH, _HEIGHT, LINE)
    return _render_frame("site-map", _WIDTH, _HEIGHT, label, [frame, *shapes, north])


def _project(sites: Sequence[Site]) -> list[tuple[float, float]]:
    lats = [float(site.lat or 0) for site in sites]
    shrink = cos(radians(sum(lats) / len(lats)))
    xs, ys = [float(site.lon or 0) * shrink for site in sites], [-lat for lat in lats]
    spans = (max(xs) - min(xs), max(ys) - min(ys))
    rooms = (_WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE)
    scales = [room / span for room, span in zip(rooms, spans, strict=True) if span > 0]
    scale = min([*scales, _LARGEST_SCALE])
    x0, y0 = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return [(_WIDTH / 2 + (x - x0) * scale, _HEIGHT / 2 + (y - y0) * scale) for x, y in zip(xs, ys, strict=True)]


def _separate(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the points with those moved to the right that would lie on an earlier one."""
    placed: list[tuple[float, float]] = []
    for x, y in points:
        while any(abs(x - other_x) < _NEAR and abs(y - other_y) < _NEAR for other_x, other_y in placed):
            x += _NEAR
            if x > _WIDTH - _EDGE / 2:
                x, y = _EDGE, y + _NEAR
        placed.append((x, y))
    return placed


def _draw_point(rating: SiteRating, x: float, y: float) -> Markup:
    share = rating.counts.good_count / rating.counts.rated_count if rating.counts.rated_count else 0.0
    radius, length = 11.0, 2 * 3.14159 * 11.0
    ring = Markup(
        '<circle cx="{x}" cy="{y}" r="{r}" fill="#fff" stroke="{track}" stroke-width="4"/>'
        '<circle cx="{x}" cy="{y}" r="{r}" fill="none" stroke="{accent}" stroke-width="4" '
        'stroke-dasharray="{part} {length}" transform="rotate(-90 {x} {y})"/>'
    ).format(
        x=format_coordinate(x),
        y=format_coordinate(y),
        r=format_coordinate(radius),
        track="#c9cbc7",
        accent=ACCENT,
        part=format_coordinate(length * share),
        length=format_coordinate(length),
    )
    return ring + _draw_text(x, y + 4.3, str(rating.number), INK, size=12)


def _draw_rectangle(x: float, y: float, width: float, height: float, fill: str) -> Markup:
    sizes = map(format_coordinate, (x, y, width, height))
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(*sizes, fill)


def _draw_text(x: float, y: float, text: str, fill: str, *, size: int) -> Markup:
    mark = Markup('<text x="{}" y="{}" text-anchor="middle" font-size="{}" fill="{}">{}</text>')
    return mark.format(format_coordinate(x), format_coordinate(y), size, fill, text)


def _render_frame(name: str, width: int, height: int, label: str, shapes: Sequence[Markup]) -> Markup:
    frame = '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    return Markup(frame).format(name, width, height, label, Markup("").join(shapes))
