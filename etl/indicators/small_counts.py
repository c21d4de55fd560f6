"""Which figures of an edition count people, how they add up, and so what of them the public may see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from etl.indicators.editions import PLAN_TO_DATE, EditionFigure, FigureKey, Suppression, parse_period
from etl.indicators.periods import Quarter, Years
from etl.indicators.plans import Plan
from etl.indicators.suppression import Count, Name, Row, Sum, suppress_rows
from etl.indicators.vocabulary import AcrossSites, CellKey, Indicator, OverTime

VALUE, NUMERATOR, DENOMINATOR, REST = "value", "numerator", "denominator", "rest"
_ADDS_UP = (OverTime.FLOW, OverTime.STOCK)


@dataclass(frozen=True)
class PublishedEdition:
    """An edition as it is known inside: its true figures, and the keys of those that the public was not shown."""

    id: str
    plan: Plan
    figures: tuple[EditionFigure, ...]
    suppressed_keys: frozenset[FigureKey] = frozenset()


@dataclass(frozen=True)
class ProtectedFigures:
    """An edition's figures as the public gets them, the true ones that it doesn't, and what could not be protected."""

    figures: tuple[EditionFigure, ...]
    suppressed_figures: tuple[EditionFigure, ...]
    """The withheld ones with their true numbers: for the next edition's sums, never for the public."""
    unprotected: tuple[FigureKey, ...]


def protect_small_counts(
    plan: Plan, figures: tuple[EditionFigure, ...], earlier_editions: Sequence[PublishedEdition] = ()
) -> ProtectedFigures:
    """The figures with small counts of people withheld, and with them whatever would let a reader work them out."""
    people = people_indicators(plan)
    now = _System(plan, [one for one in figures if one.key.indicator in people])
    counts, sums = dict(now.counts), list(now.sums)
    told: set[Name] = set()
    sensitive: set[Name] = set()
    for old in earlier_editions:
        _add_earlier(old, now, counts, sums, told, sensitive)
    found = suppress_rows(
        counts,
        sums,
        now.rows,
        smallest_shown=plan.settings.small_count,
        already_published=frozenset(told),
        sensitive=frozenset(sensitive),
    )
    small, beside = found.primary | now.unsound, found.secondary
    shown = tuple(
        one.suppress(Suppression.SMALL)
        if one.key in small
        else one.suppress(Suppression.WITHHELD)
        if one.key in beside
        else one
        for one in figures
    )
    held = tuple(one for one in figures if one.key in small or one.key in beside)
    return ProtectedFigures(shown, held, tuple(dict.fromkeys(_key_of(name) for name in found.unprotected)))


def people_indicators(plan: Plan) -> frozenset[str]:
    """The indicators that count people, and the shares that are made of such counts."""
    counted = {one.code for one in plan.indicators if one.counts_people}
    refs = {
        one.code: {ref.indicator for ref in (one.numerator_ref, one.denominator_ref) if ref} for one in plan.indicators
    }
    return frozenset(counted | {code for code, used in refs.items() if used & counted})


def _key_of(name: Name) -> FigureKey:
    assert isinstance(name, tuple)
    return FigureKey(*name[:4])


def _add_earlier(
    old: PublishedEdition,
    now: "_System",
    counts: dict[Name, Count],
    sums: list[Sum],
    told: set[Name],
    sensitive: set[Name],
) -> None:
    """The counts and sums of an earlier edition; a count that is the same as now is the same unknown.

    Where a late return changed a figure by fewer people than may be shown, the difference is small as well.
    """
    people = people_indicators(old.plan)
    system = _System(old.plan, [one for one in old.figures if one.key.indicator in people])
    now_reported = {one.key: one.reported for one in now.figures}
    renamed: dict[Name, Name] = {}
    for name, count in system.counts.items():
        same = now.counts.get(name)
        renamed[name] = name if same is not None and same.value == count.value else (*_plain(name), old.id)
        counts.setdefault(renamed[name], count)
    sums += [Sum(renamed[one.total], tuple(renamed[part] for part in one.parts)) for one in system.sums]
    for row in system.rows:
        if row.name not in old.suppressed_keys:
            told.update(renamed[name] for name in row.counts)
    by_key = {one.key: one for one in old.figures}
    for name in system.counts:
        key = _key_of(name)
        there = key in by_key and key in now_reported
        if name not in now.counts or renamed[name] == name or not there or name[-1] == REST:  # type: ignore[index]
            continue
        added = now.counts[name].value - system.counts[name].value
        if by_key[key].reported != now_reported[key] and 0 < added < old.plan.settings.small_count:
            change = (*_plain(name), old.id, "added")
            counts[change] = Count(added, is_free=True)
            sums.append(Sum(name, (renamed[name], change)))
            sensitive.add(change)


def _plain(name: Name) -> tuple[object, ...]:
    assert isinstance(name, tuple)
    return name


class _System:
    """The counts of people among an edition's figures, the rows that show them, and every sum that binds them."""

    def __init__(self, plan: Plan, figures: Sequence[EditionFigure]) -> None:
        self.plan = plan
        self.figures = [one for one in figures if one.value is not None or one.numerator is not None]
        self.by_key = {one.key: one for one in self.figures}
        self.counts: dict[Name, Count] = {}
        self.rows: list[Row] = []
        self.sums: list[Sum] = []
        self._indicators = {one.code: one for one in plan.indicators}
        self._unsound = {one.code for one in plan.indicators if not _adds_up(one)}
        for one in self.figures:
            self._add_row(one)
        for one in self.figures:
            self.sums += self._sums(one)

    @property
    def unsound(self) -> frozenset[FigureKey]:
        """Every row of averages and maxima of which one is small: their bounds would tell it."""
        limit = self.plan.settings.small_count
        small = {
            one.key.indicator
            for one in self.figures
            if one.key.indicator in self._unsound
            and any(0 < self.counts[name].value < limit for name in self._names(one))
        }
        return frozenset(one.key for one in self.figures if one.key.indicator in small)

    def _names(self, one: EditionFigure) -> tuple[Name, ...]:
        fields = (VALUE,) if one.numerator is None else (NUMERATOR, DENOMINATOR)
        return tuple(_name(one.key, field) for field in fields)

    def _add_row(self, one: EditionFigure) -> None:
        names = self._names(one)
        amounts = (one.value,) if one.numerator is None else (one.numerator, one.denominator)
        for name, amount in zip(names, amounts, strict=True):
            self.counts[name] = Count(amount if amount is not None else Decimal(0))
        if len(names) == 2 and self._has_rest(one):
            self._add_rest(names[1], (names[0],), _name(one.key, REST))
        self.rows.append(Row(one.key, names))

    def _has_rest(self, one: EditionFigure) -> bool:
        """Whether the numerator is a part of the denominator, so that their difference counts people too."""
        return self._indicators[one.key.indicator].unit == "%"

    def _add_rest(self, total: Name, parts: tuple[Name, ...], rest: Name) -> None:
        left = self.counts[total].value - sum((self.counts[part].value for part in parts), Decimal(0))
        if left >= 0:
            self.counts[rest] = Count(left, is_free=True)
            self.sums.append(Sum(total, (*parts, rest)))

    def _sums(self, one: EditionFigure) -> Iterator[Sum]:
        indicator = self._indicators[one.key.indicator]
        if indicator.code in self._unsound:
            return
        for name in self._names(one):
            field = str(name[-1])  # type: ignore[index]
            yield from self._over_time(one.key, indicator, field)
            yield from self._over_sites(one.key, indicator, field)
        if not one.key.part and not indicator.is_ratio:
            self._add_parts(one.key)
        if one.numerator is not None:
            yield from self._references(one, indicator)

    def _over_time(self, key: FigureKey, indicator: Indicator, field: str) -> Iterator[Sum]:
        """A year and its quarters, the plan to date and its years; of levels and yearly shares, the last of them."""
        shorter = self._within(key, field)
        if not shorter:
            return
        only_last = indicator.is_stock or (indicator.is_ratio and key.period == PLAN_TO_DATE)
        yield from self._sum(key, field, shorter[-1:] if only_last else shorter, exactly=only_last)

    def _within(self, key: FigureKey, field: str) -> tuple[Name, ...]:
        settings = self.plan.settings
        if key.period == PLAN_TO_DATE:
            years = range(settings.first_year, settings.last_year + 1)
            periods = [str(year) for year in years]
        elif isinstance(period := parse_period(key.period), Years):
            periods = [str(Quarter(period.first, number)) for number in (1, 2, 3, 4)]
        else:
            return ()
        names = (_name(FigureKey(key.indicator, key.part, key.site, one), field) for one in periods)
        return tuple(name for name in names if name in self.counts)

    def _over_sites(self, key: FigureKey, indicator: Indicator, field: str) -> Iterator[Sum]:
        if key.site:
            return
        keys = (FigureKey(key.indicator, key.part, site.code, key.period) for site in self.plan.sites)
        sites = tuple(name for one in keys if (name := _name(one, field)) in self.counts)
        if sites:
            yield from self._sum(key, field, sites)

    def _add_parts(self, key: FigureKey) -> None:
        """Each dimension's parts make the total, with a rest that is never shown where they don't make it whole."""
        by_dimension: dict[tuple[str, bool], list[Name]] = {}
        for part in self.plan.parts_of(key.indicator):
            name = _name(FigureKey(key.indicator, part.key, key.site, key.period), VALUE)
            if name in self.counts:
                by_dimension.setdefault((part.dimension, part.exhaustive), []).append(name)
        for (dimension, is_exhaustive), names in by_dimension.items():
            total = _name(key, VALUE)
            left = self.counts[total].value - sum((self.counts[name].value for name in names), Decimal(0))
            if is_exhaustive and left == 0:
                self.sums.append(Sum(total, tuple(names)))
            else:
                self._add_rest(total, tuple(names), (*_key(key), dimension, REST))

    def _references(self, one: EditionFigure, indicator: Indicator) -> Iterator[Sum]:
        """A share's numerator and denominator are those of other indicators, less what stood without its pair."""
        if one.key.period == PLAN_TO_DATE:
            return
        for field, ref in ((NUMERATOR, indicator.numerator_ref), (DENOMINATOR, indicator.denominator_ref)):
            if ref is not None:
                yield from self._reference(one.key, field, ref)

    def _reference(self, key: FigureKey, field: str, ref: CellKey) -> Iterator[Sum]:
        other = FigureKey(ref.indicator, ref.part, key.site, key.period)
        if _name(other, VALUE) in self.counts:
            yield from self._sum(other, VALUE, (_name(key, field),), note=(key.indicator, field))

    def _sum(
        self, key: FigureKey, field: str, parts: tuple[Name, ...], *, exactly: bool = False, note: tuple[str, ...] = ()
    ) -> Iterator[Sum]:
        """The sum as it holds: with what is in none of its parts, such as a quarter that only a year to date covers."""
        total = _name(key, field)
        left = self.counts[total].value - sum((self.counts[part].value for part in parts), Decimal(0))
        if left == 0:
            yield Sum(total, parts)
        elif left > 0 and not exactly:
            gap = (*_key(key), field, "gap", *note, len(parts), str(parts[0]))
            self.counts[gap] = Count(left, is_free=True)
            yield Sum(total, (*parts, gap))


def _adds_up(indicator: Indicator) -> bool:
    return indicator.over_time in _ADDS_UP and indicator.across_sites is not AcrossSites.MAXIMUM


def _key(key: FigureKey) -> tuple[str, str, str, str]:
    return key.indicator, key.part, key.site, key.period


def _name(key: FigureKey, field: str) -> tuple[str, str, str, str, str]:
    return (*_key(key), field)
