"""Small-count suppression of an edition: which figures count people, and how they add up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from etl.indicators.editions import PLAN_TO_DATE, EditionFigure, FigureKey, Suppression, parse_period
from etl.indicators.periods import Quarter, Years
from etl.indicators.plans import Plan
from etl.indicators.suppression import Count, Name, Row, Sum, suppress_rows
from etl.indicators.vocabulary import PARTICIPATIONS, AcrossSites, CellKey, Indicator, OverTime

VALUE, NUMERATOR, DENOMINATOR, REST = "value", "numerator", "denominator", "rest"
_ADDITIVE = (OverTime.FLOW, OverTime.STOCK)


@dataclass(frozen=True)
class PublishedEdition:
    """A published edition with its true figures and the keys of those that were suppressed."""

    id: str
    plan: Plan
    figures: tuple[EditionFigure, ...]
    suppressed_keys: frozenset[FigureKey] = frozenset()


@dataclass(frozen=True)
class ProtectedFigures:
    """The figures to publish, the true figures that are suppressed, and the keys that could not be protected."""

    figures: tuple[EditionFigure, ...]
    suppressed_figures: tuple[EditionFigure, ...]
    """The suppressed figures with their true numbers. Later editions need them; they are never published."""
    unprotected: tuple[FigureKey, ...]


def protect_small_counts(
    plan: Plan, figures: tuple[EditionFigure, ...], earlier_editions: Sequence[PublishedEdition] = ()
) -> ProtectedFigures:
    """Suppress small counts of people, and the figures from which a reader could derive them."""
    people = list_people_indicators(plan)
    current = _System(plan, [figure for figure in figures if figure.key.indicator in people])
    counts, sums = dict(current.counts), list(current.sums)
    already_published: set[Name] = set()
    sensitive: set[Name] = set()
    for old in earlier_editions:
        _add_earlier(old, current, counts, sums, already_published, sensitive)
    result = suppress_rows(
        counts,
        sums,
        current.rows,
        threshold=plan.settings.small_count,
        already_published=frozenset(already_published),
        sensitive=frozenset(sensitive),
    )
    primary, secondary = result.primary | current.small_without_sums, result.secondary
    published = tuple(
        figure.suppress(Suppression.SMALL)
        if figure.key in primary
        else figure.suppress(Suppression.WITHHELD)
        if figure.key in secondary
        else figure
        for figure in figures
    )
    suppressed = tuple(figure for figure in figures if figure.key in primary or figure.key in secondary)
    return ProtectedFigures(
        published, suppressed, tuple(dict.fromkeys(_make_figure_key(name) for name in result.unprotected))
    )


def list_people_indicators(plan: Plan) -> frozenset[str]:
    """Return the codes of indicators that count people, and of ratios with such counts as a side."""
    counts = {indicator.code for indicator in plan.indicators if indicator.counts_people}
    ratios = {
        indicator.code
        for indicator in plan.indicators
        for ref in (indicator.numerator_ref, indicator.denominator_ref)
        if ref and ref.indicator in counts
    }
    return frozenset(counts | ratios)


def _make_figure_key(name: Name) -> FigureKey:
    assert isinstance(name, tuple)
    return FigureKey(*name[:4])


def _add_earlier(
    old: PublishedEdition,
    current: "_System",
    counts: dict[Name, Count],
    sums: list[Sum],
    already_published: set[Name],
    sensitive: set[Name],
) -> None:
    """Add the counts and sums of an earlier edition. A count that did not change is the same unknown.

    If a late return changed a figure by a small count, the difference must be protected as well.
    """
    people = list_people_indicators(old.plan)
    system = _System(old.plan, [figure for figure in old.figures if figure.key.indicator in people])
    current_reported = {figure.key: figure.reported for figure in current.figures}
    renamed: dict[Name, Name] = {}
    for name, count in system.counts.items():
        current_count = current.counts.get(name)
        renamed[name] = (
            name if current_count is not None and current_count.value == count.value else (*_make_plain(name), old.id)
        )
        counts.setdefault(renamed[name], count)
    sums += [Sum(renamed[sum_.total], tuple(renamed[part] for part in sum_.parts)) for sum_ in system.sums]
    for row in system.rows:
        if row.name not in old.suppressed_keys:
            already_published.update(renamed[name] for name in row.counts)
    by_key = {figure.key: figure for figure in old.figures}
    for name in system.counts:
        key = _make_figure_key(name)
        is_in_both = key in by_key and key in current_reported
        if name not in current.counts or renamed[name] == name or not is_in_both or name[-1] == REST:  # type: ignore[index]
            continue
        added = current.counts[name].value - system.counts[name].value
        if by_key[key].reported != current_reported[key] and 0 < added < old.plan.settings.small_count:
            change = (*_make_plain(name), old.id, "added")
            counts[change] = Count(added, is_free=True)
            sums.append(Sum(name, (renamed[name], change)))
            sensitive.add(change)


def _make_plain(name: Name) -> tuple[object, ...]:
    assert isinstance(name, tuple)
    return name


class _System:
    """The counts of people in an edition, the rows that show them, and the sums that relate them."""

    def __init__(self, plan: Plan, figures: Sequence[EditionFigure]) -> None:
        self.plan = plan
        self.figures = [figure for figure in figures if figure.value is not None or figure.numerator is not None]
        self.by_key = {figure.key: figure for figure in self.figures}
        self.counts: dict[Name, Count] = {}
        self.rows: list[Row] = []
        self.sums: list[Sum] = []
        self._indicators = {indicator.code: indicator for indicator in plan.indicators}
        self._not_additive = {indicator.code for indicator in plan.indicators if not _is_additive(indicator)}
        for figure in self.figures:
            self._add_row(figure)
        for figure in self.figures:
            self.sums += self._iterate_sums(figure)

    @property
    def small_without_sums(self) -> frozenset[FigureKey]:
        """All figures of averages and maxima with a small count, since their bounds would reveal it."""
        limit = self.plan.settings.small_count
        small = {
            figure.key.indicator
            for figure in self.figures
            if figure.key.indicator in self._not_additive
            and any(0 < self.counts[name].value < limit for name in self._list_names(figure))
        }
        return frozenset(figure.key for figure in self.figures if figure.key.indicator in small)

    def _list_names(self, figure: EditionFigure) -> tuple[Name, ...]:
        fields = (VALUE,) if figure.numerator is None else (NUMERATOR, DENOMINATOR)
        return tuple(_make_name(figure.key, field) for field in fields)

    def _add_row(self, figure: EditionFigure) -> None:
        names = self._list_names(figure)
        amounts = (figure.value,) if figure.numerator is None else (figure.numerator, figure.denominator)
        for name, amount in zip(names, amounts, strict=True):
            self.counts[name] = Count(amount if amount is not None else Decimal(0))
        if len(names) == 2 and self._has_rest(figure):
            self._add_rest(names[1], (names[0],), _make_name(figure.key, REST))
        self.rows.append(Row(figure.key, names, is_detail=figure.key.part == PARTICIPATIONS))

    def _has_rest(self, figure: EditionFigure) -> bool:
        """Whether the numerator is part of the denominator, so that their difference counts people too."""
        return self._indicators[figure.key.indicator].unit == "%"

    def _add_rest(self, total: Name, parts: tuple[Name, ...], rest: Name) -> None:
        remainder = self.counts[total].value - sum((self.counts[part].value for part in parts), Decimal(0))
        if remainder >= 0:
            self.counts[rest] = Count(remainder, is_free=True)
            self.sums.append(Sum(total, (*parts, rest)))

    def _iterate_sums(self, figure: EditionFigure) -> Iterator[Sum]:
        indicator = self._indicators[figure.key.indicator]
        if indicator.code in self._not_additive:
            return
        for name in self._list_names(figure):
            field = str(name[-1])  # type: ignore[index]
            yield from self._iterate_time_sums(figure.key, indicator, field)
            yield from self._iterate_site_sums(figure.key, indicator, field)
        if not figure.key.part and not indicator.is_ratio:
            self._add_parts(figure.key)
            self._add_repeat_participations(figure.key)
        if figure.numerator is not None:
            yield from self._iterate_reference_sums(figure, indicator)
        yield from self._iterate_term_sums(figure.key, indicator)

    def _iterate_time_sums(self, key: FigureKey, indicator: Indicator, field: str) -> Iterator[Sum]:
        """Yield the sum of shorter periods; of levels and yearly ratios only the last of them."""
        shorter = self._list_periods_within(key, field)
        if not shorter:
            return
        only_last = indicator.is_stock or (indicator.is_ratio and key.period == PLAN_TO_DATE)
        yield from self._make_sums(key, field, shorter[-1:] if only_last else shorter, exactly=only_last)

    def _list_periods_within(self, key: FigureKey, field: str) -> tuple[Name, ...]:
        settings = self.plan.settings
        if key.period == PLAN_TO_DATE:
            years = range(settings.first_year, settings.last_year + 1)
            periods = [str(year) for year in years]
        elif isinstance(years_or_quarter := parse_period(key.period), Years):
            periods = [str(Quarter(years_or_quarter.first, number)) for number in (1, 2, 3, 4)]
        else:
            return ()
        names = (_make_name(FigureKey(key.indicator, key.part, key.site, period), field) for period in periods)
        return tuple(name for name in names if name in self.counts)

    def _iterate_site_sums(self, key: FigureKey, indicator: Indicator, field: str) -> Iterator[Sum]:
        """Yield the centre as the sum of its sites and of its provinces, and a province as the sum of its sites."""
        if key.site:
            province = self.plan.province_by_code.get(key.site)
            places = self._list_places(key, field, province or ())
            if places:
                yield from self._make_sums(key, field, places)
            return
        sites = self._list_places(key, field, [site.code for site in self.plan.sites])
        if sites:
            yield from self._make_sums(key, field, sites)
        provinces = self._list_places(key, field, self.plan.province_by_code)
        if provinces:
            outside = self._list_places(key, field, [site.code for site in self.plan.sites if not site.iso_3166_2])
            yield from self._make_sums(key, field, (*provinces, *outside))

    def _list_places(self, key: FigureKey, field: str, codes: Iterable[str]) -> tuple[Name, ...]:
        """Return the counts of these places for the same number and period."""
        keys = (FigureKey(key.indicator, key.part, code, key.period) for code in codes)
        return tuple(name for place_key in keys if (name := _make_name(place_key, field)) in self.counts)

    def _add_parts(self, key: FigureKey) -> None:
        """Add the sum of each dimension's parts, with an unpublished rest where they are not the whole total."""
        by_dimension: dict[tuple[str, bool], list[Name]] = {}
        for part in self.plan.list_parts(key.indicator):
            name = _make_name(FigureKey(key.indicator, part.key, key.site, key.period), VALUE)
            if name in self.counts:
                by_dimension.setdefault((part.dimension, part.exhaustive), []).append(name)
        for (dimension, is_exhaustive), names in by_dimension.items():
            total = _make_name(key, VALUE)
            remainder = self.counts[total].value - sum((self.counts[name].value for name in names), Decimal(0))
            if is_exhaustive and remainder == 0:
                self.sums.append(Sum(total, tuple(names)))
            else:
                self._add_rest(total, tuple(names), (*_make_sort_key(key), dimension, REST))

    def _add_repeat_participations(self, key: FigureKey) -> None:
        """Add the sum of participations: those of new people, at least one each, and an unpublished rest."""
        participations = _make_name(replace(key, part=PARTICIPATIONS), VALUE)
        if participations in self.counts:
            self._add_rest(participations, (_make_name(key, VALUE),), (*participations[:-1], REST))

    def _iterate_reference_sums(self, figure: EditionFigure, indicator: Indicator) -> Iterator[Sum]:
        """Yield the sums that relate the sides of a ratio to the indicators they reference."""
        if figure.key.period == PLAN_TO_DATE:
            return
        for field, ref in ((NUMERATOR, indicator.numerator_ref), (DENOMINATOR, indicator.denominator_ref)):
            if ref is not None:
                yield from self._iterate_side_sums(figure.key, field, ref)

    def _iterate_term_sums(self, key: FigureKey, indicator: Indicator) -> Iterator[Sum]:
        """Yield a total as the sum of its published terms."""
        names = (_make_name(replace(key, indicator=term), VALUE) for term in indicator.sum_of)
        terms = tuple(name for name in names if name in self.counts)
        if terms:
            yield from self._make_sums(key, VALUE, terms)

    def _iterate_side_sums(self, key: FigureKey, field: str, ref: CellKey) -> Iterator[Sum]:
        other = FigureKey(ref.indicator, ref.part, key.site, key.period)
        if _make_name(other, VALUE) in self.counts:
            yield from self._make_sums(other, VALUE, (_make_name(key, field),), note=(key.indicator, field))

    def _make_sums(
        self, key: FigureKey, field: str, parts: tuple[Name, ...], *, exactly: bool = False, note: tuple[str, ...] = ()
    ) -> Iterator[Sum]:
        """Yield the sum, with a gap for amounts in none of its parts, such as quarters covered by a year to date."""
        total = _make_name(key, field)
        remainder = self.counts[total].value - sum((self.counts[part].value for part in parts), Decimal(0))
        if remainder == 0:
            yield Sum(total, parts)
        elif remainder > 0 and not exactly:
            gap = (*_make_sort_key(key), field, "gap", *note, len(parts), str(parts[0]))
            self.counts[gap] = Count(remainder, is_free=True)
            yield Sum(total, (*parts, gap))


def _is_additive(indicator: Indicator) -> bool:
    return indicator.over_time in _ADDITIVE and indicator.across_sites in (AcrossSites.SUM, AcrossSites.CENTRE)


def _make_sort_key(key: FigureKey) -> tuple[str, str, str, str]:
    return key.indicator, key.part, key.site, key.period


def _make_name(key: FigureKey, field: str) -> tuple[str, str, str, str, str]:
    return (*_make_sort_key(key), field)
