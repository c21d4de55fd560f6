"""A map of sites: labelled points by latitude and longitude, divided by rating where asked, without boundaries."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from dashboard.components.markup import dcc, make_aria_label, tags
from dashboard.selection import Selection, make_address
from dashboard.theme import RATING_STYLES, UNRATED
from etl.indicators.results import RatingCounts
from etl.indicators.vocabulary import Site
from etl.locale import Locale
from etl.wording import describe_rating_counts

_WIDTH, _HEIGHT = 460.0, 340.0
_EDGE = 40.0
_KILOMETRES_PER_DEGREE = 111.2
_MAX_POINTS = 60
_LATIN, _CAPITAL, _WIDE, _KHMER, _LINE = 9.3, 12.0, 15.5, 11.5, 34.0
"""The width of a letter and the height of a name, for a phone's map."""
_GAP, _GAP_OF_DIVIDED_POINT = 13.0, 21.0
"""The distance of a name from its point, for a phone's map. A point that is divided by ratings is larger."""
_COENG = "\u17d2"
"""The sign that puts the next letter below the previous one."""
_MAX_LABELS = 8
"""The number of sites with a visible name: this one and the nearest. The others have a tooltip."""


@dataclass(frozen=True)
class _Point:
    site: Site
    x: float
    y: float


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        return not (
            self.right < other.left or other.right < self.left or self.bottom < other.top or other.bottom < self.top
        )


def build_site_map(
    site: Site | None,
    sites: Sequence[Site],
    selection: Selection,
    *,
    counts_by_site: Mapping[str, RatingCounts] | None = None,
) -> Any:
    """Return a map of the sites around one, or of all of them; a note where the plan has no coordinates.

    With `counts_by_site`, each point is divided by the ratings of its site.
    """
    _ = selection.locale.gettext
    located_sites = [other for other in sites if other.lat is not None and other.lon is not None]
    if site is not None and (site.lat is None or site.lon is None):
        return tags.P(_("The plan has no coordinates for this site."))
    if not located_sites:
        return tags.P(_("The plan has no coordinates for its sites."))
    chosen = _select_nearest(site, located_sites) if site else located_sites[:_MAX_POINTS]
    points, per_degree = _project(chosen)
    here = next((point for point in points if site and point.site.code == site.code), points[0])
    names = _place_labels(here, points, selection.locale, _GAP_OF_DIVIDED_POINT if counts_by_site else _GAP)
    ordered_points = sorted(points, key=lambda point: site is not None and point.site.code != site.code)
    counts = counts_by_site or {}
    marks = [
        _build_mark(
            point,
            site is not None and point.site.code == site.code,
            names.get(point.site.code),
            selection,
            counts.get(point.site.code),
        )
        for point in ordered_points
    ]
    description = _("Map of the sites by latitude and longitude, north at the top")
    if site is not None:
        description = _(
            "Map of {site} and other sites by latitude and longitude, north at the top",
            site=_make_label(site, selection.locale),
        )
    map_parts = [*marks, _build_scale(per_degree), tags.Span("↑ N", className="north")]
    frame = tags.Div(map_parts, className="site-map", role="group", **make_aria_label(description))
    key = _("Points by latitude and longitude. Boundaries are not shown.")
    if counts:
        key = _("The slices of a point are the ratings of its site. Boundaries are not shown.")
    if len(points) < len(located_sites):
        key += " " + _(
            "The map shows the {shown} nearest of {count} sites.", shown=len(points), count=len(located_sites)
        )
    return tags.Div([frame, tags.P(key, className="key")])


def _select_nearest(site: Site, located_sites: Sequence[Site]) -> Sequence[Site]:
    """Return the sites to draw in the plan's order: all, or the nearest ones where there are too many."""
    if len(located_sites) <= _MAX_POINTS:
        return located_sites
    shrink = cos(radians(float(site.lat or 0)))

    def distance(other: Site) -> float:
        north, east = float((other.lat or 0) - (site.lat or 0)), float((other.lon or 0) - (site.lon or 0)) * shrink
        return north * north + east * east

    nearest_codes = {
        other.code for other in sorted(located_sites, key=lambda other: (distance(other), other.code))[:_MAX_POINTS]
    }
    return [other for other in located_sites if other.code in nearest_codes or other.code == site.code]


def _make_label(site: Site, locale: Locale) -> str:
    return site.name.get_text(locale.language)


def _project(sites: Sequence[Site]) -> tuple[list[_Point], float]:
    """Return each site's position on the map, and the map units per degree of latitude."""
    lats = [float(site.lat or 0) for site in sites]
    shrink = cos(radians(sum(lats) / len(lats)))
    xs, ys = [float(site.lon or 0) * shrink for site in sites], [-lat for lat in lats]
    spans = (max(xs) - min(xs), max(ys) - min(ys))
    room = (_WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE)
    scale = min([space / span for space, span in zip(room, spans, strict=True) if span > 0], default=100.0)
    scale = min(scale, 400.0)
    middle = ((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2)
    points = [
        _Point(site, _WIDTH / 2 + (x - middle[0]) * scale, _HEIGHT / 2 + (y - middle[1]) * scale)
        for site, x, y in zip(sites, xs, ys, strict=True)
    ]
    return points, scale


def _place_labels(here: _Point, points: Sequence[_Point], locale: Locale, gap: float) -> dict[str, str]:
    """Return the side on which each name is placed without overlap; names without room are left out."""
    nearest = sorted(points, key=lambda point: ((point.x - here.x) ** 2 + (point.y - here.y) ** 2, point.site.code))
    occupied = [_Box(point.x - 7, point.y - 7, point.x + 7, point.y + 7) for point in points]
    occupied += [_Box(_WIDTH - 46, 0, _WIDTH, 32), _Box(0, _HEIGHT - 32, _WIDTH / 4 + 16, _HEIGHT)]
    sides_by_code: dict[str, str] = {}
    for point in nearest[:_MAX_LABELS]:
        sides = [(side, box) for side, box in _iterate_sides(point, locale, gap) if _is_inside(box)]
        free = [(side, box) for side, box in sides if not any(box.meets(other) for other in occupied)]
        # This site always has a name; it comes first, so no other name is placed yet.
        for side, box in (free or sides if point is here else free)[:1]:
            sides_by_code[point.site.code] = side
            occupied.append(box)
    return sides_by_code


def _iterate_sides(point: _Point, locale: Locale, gap: float) -> Iterator[tuple[str, _Box]]:
    """Yield the possible sides of the name, the best first. Each is a CSS class."""
    x, y, half = point.x, point.y, _LINE / 2
    width = _estimate_width(_make_label(point.site, locale))
    yield "right", _Box(x + gap, y - half, x + gap + width, y + half)
    yield "left", _Box(x - gap - width, y - half, x - gap, y + half)
    starts = ((x - width / 2, ""), (x - 6, " rightward"), (x + 6 - width, " leftward"))
    for left, lean in starts:
        yield f"above{lean}", _Box(left, y - gap - _LINE, left + width, y - gap)
        yield f"below{lean}", _Box(left, y + gap, left + width, y + gap + _LINE)


def _estimate_width(name: str) -> float:
    """Return the approximate width. Marks, and letters below another letter, have no width."""
    widths, is_below = 0.0, False
    for letter in name:
        if unicodedata.category(letter) not in ("Mn", "Cf") and not is_below:
            widths += _measure_letter(letter)
        is_below = letter == _COENG
    return widths


def _measure_letter(letter: str) -> float:
    if letter >= "\u1780":
        return _KHMER
    if letter in "mwMW":
        return _WIDE
    return _CAPITAL if letter.isupper() else _LATIN


def _is_inside(box: _Box) -> bool:
    return box.left >= 0 and box.top >= 0 and box.right <= _WIDTH and box.bottom <= _HEIGHT


def _build_mark(
    point: _Point, is_here: bool, side: str | None, selection: Selection, counts: RatingCounts | None
) -> Any:
    name = _make_label(point.site, selection.locale)
    style = {"left": f"{point.x / _WIDTH * 100:.2f}%", "top": f"{point.y / _HEIGHT * 100:.2f}%"}
    label = tags.Span(name, className=f"place-name {side}" if side else "vh")
    dot = tags.Span(className="place-dot")
    if counts is not None:
        dot = tags.Span(className="place-dot pie", style={"background": _make_pie(counts)})
        name = f"{name}: {describe_rating_counts(counts, selection.locale)}"
    kind = "place here" if is_here else "place"
    if is_here:
        return tags.Span([dot, label], className=kind, style=style)
    address = make_address(selection, f"/staff/site/{point.site.code}")
    return dcc.Link([dot, label], href=address, className=kind, style=style, title=name)


def _make_pie(counts: RatingCounts) -> str:
    """Return the CSS of a circle divided by rating; grey without a rated indicator."""
    rated = [(rating, count) for rating, count in counts.counts if rating.is_rated and count]
    if not rated:
        return UNRATED
    pieces, start = [], 0.0
    for rating, count in rated:
        end = start + count / counts.rated_count * 360
        pieces.append(f"{RATING_STYLES[rating].fill} {start:.0f}deg {end:.0f}deg")
        start = end
    return f"conic-gradient({', '.join(pieces)})"


def _build_scale(per_degree: float) -> Any:
    """Return a scale bar for a round number of kilometres."""
    per_kilometre = per_degree / _KILOMETRES_PER_DEGREE
    length = next(
        (kilometres for kilometres in (200, 100, 50, 20, 10, 5) if kilometres * per_kilometre <= _WIDTH / 4), 1
    )
    style = {"width": f"{length * per_kilometre / _WIDTH * 100:.2f}%"}
    return tags.Span(f"{length} km", className="map-scale", style=style)
