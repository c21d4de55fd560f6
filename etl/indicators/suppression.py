"""Small-count suppression: which figures are withheld so that no small count can be derived.

Published numbers add up: sites to the centre, quarters to a year, parts and the rest to a total. A reader who knows all
but one of the numbers in a sum knows the last one too. A small count is safe if the published numbers also fit another
value of it: `suppress_rows` withholds figures, smallest first, until such an alternative exists for each small count.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

Name = Hashable

_STEPS = (1, -1, 2, -2, 3, -3)
_MAX_STEPS = 4_000
"""The limit of search steps for one small count and one set of withheld rows. Beyond it the count is not safe."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people. A free count is never published and may have any value, such as the rest of a total."""

    value: Decimal
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """A count that is the sum of other counts, as every reader knows."""

    total: Name
    parts: tuple[Name, ...]

    @property
    def names(self) -> tuple[Name, ...]:
        return (self.total, *self.parts)


@dataclass(frozen=True, slots=True)
class Row:
    """Counts that are published together: a number by itself, or a ratio with numerator and denominator."""

    name: Name
    counts: tuple[Name, ...]
    is_detail: bool = False
    """Whether it is withheld rather than any other row, since readers need it less."""


@dataclass(frozen=True)
class SuppressionResult:
    """The rows suppressed as small (primary) and to protect them (secondary), and the unprotected counts."""

    primary: frozenset[Name]
    secondary: frozenset[Name]
    unprotected: tuple[Name, ...]

    @property
    def rows(self) -> frozenset[Name]:
        return self.primary | self.secondary


def suppress_rows(
    counts: Mapping[Name, Count],
    sums: Iterable[Sum],
    rows: Sequence[Row],
    *,
    threshold: int,
    already_published: frozenset[Name] = frozenset(),
    sensitive: frozenset[Name] = frozenset(),
) -> SuppressionResult:
    """Select the rows that are not published. `already_published` are counts shown in an earlier edition.

    A count of 1 to `smallest_shown` - 1 is small. `sensitive` lists other counts to protect, such as the difference
    that a late return made. Zero is not small: it identifies nobody.
    """
    return _Suppressor(counts, sums, rows, threshold, already_published, sensitive).run()


class _Suppressor:
    """The rows suppressed so far, and for each small count the alternative values that protect it."""

    def __init__(
        self,
        counts: Mapping[Name, Count],
        sums: Iterable[Sum],
        rows: Sequence[Row],
        smallest_shown: int,
        already_published: frozenset[Name],
        sensitive: frozenset[Name],
    ) -> None:
        self.counts, self.rows, self.limit = counts, rows, smallest_shown
        self.already_published = already_published
        self.sums_of: dict[Name, list[Sum]] = {}
        for sum_ in dict.fromkeys(sums):
            for name in sum_.names:
                self.sums_of.setdefault(name, []).append(sum_)
        self.rows_of: dict[Name, list[Row]] = {}
        for row in rows:
            for name in row.counts:
                self.rows_of.setdefault(name, []).append(row)
        small = [name for name, count in counts.items() if self._is_small(count.value)]
        self.small = [*small, *(name for name in sensitive if name not in small)]
        self.small_rows = {row.name for row in rows if any(self._is_small(counts[name].value) for name in row.counts)}
        self.suppressed: dict[Name, Row] = {row.name: row for row in rows if row.name in self.small_rows}
        self.unlabelled: set[Name] = set()
        """Rows with small counts that are suppressed without the label "small", since it would reveal them."""
        self.unlabelled_counts: set[Name] = set()
        self.alternatives: dict[Name, dict[Name, int]] = {}

    def run(self) -> SuppressionResult:
        unprotected = [name for name in self.small if not self._protect(name)]
        self._publish_unneeded()
        small = frozenset(self.small_rows) - self.unlabelled
        return SuppressionResult(small, frozenset(self.suppressed) - small, tuple(unprotected))

    def _is_small(self, value: Decimal) -> bool:
        return 0 < value < self.limit

    def _protect(self, name: Name) -> bool:
        """Suppress rows until the count has an alternative; False if no row is left to suppress."""
        while True:
            if self._is_known(name):
                if not (row := self._find_smallest(self.rows_of.get(name, ()))):
                    return False
            else:
                moves = self._find_alternative(name)
                if moves:
                    self.alternatives[name] = moves
                    return True
                row = self._select_next_row(name)
                if row is None:
                    if not self._unlabel_next(name):
                        return False
                    continue
            self.suppressed[row.name] = row

    def _unlabel_next(self, name: Name) -> bool:
        """Remove the label "small" from one more row: it would reveal four quarters of 1 in a year of 4."""
        related = (part for sum_ in self._find_related_sums(name) for part in sum_.names)
        rows = [row for part in (name, *related) for row in self.rows_of.get(part, ()) if row.name in self.small_rows]
        row = min((row for row in rows if row.name not in self.unlabelled), key=self._make_sort_key, default=None)
        if row is None:
            return False
        self.unlabelled.add(row.name)
        self.unlabelled_counts.update(row.counts)
        return True

    def _make_sort_key(self, row: Row) -> tuple[Decimal, str]:
        return -max(self.counts[name].value for name in row.counts), str(row.name)

    def _is_known(self, name: Name) -> bool:
        """Whether a published row shows the count."""
        return name in self.already_published or any(
            row.name not in self.suppressed for row in self.rows_of.get(name, ())
        )

    def _select_next_row(self, name: Name) -> Row | None:
        """Return the smallest row to suppress next: from sums that reveal the count, its sums, related sums."""
        related = self._find_related_sums(name)
        revealing = [sum_ for sum_ in related if sum(not self._is_known(part) for part in sum_.names) == 1]
        for sums in (revealing, self.sums_of.get(name, []), related):
            row = self._find_smallest(row for sum_ in sums for part in sum_.names for row in self.rows_of.get(part, ()))
            if row is not None:
                return row
        return None

    def _find_related_sums(self, name: Name) -> list[Sum]:
        """Return every sum that is connected with the count through unknown counts."""
        visited, pending = {name}, [name]
        sums: dict[Sum, None] = {}
        while pending:
            for sum_ in self.sums_of.get(pending.pop(), ()):
                sums[sum_] = None
                unknown = [part for part in sum_.names if part not in visited and not self._is_known(part)]
                visited.update(unknown)
                pending += unknown
        return list(sums)

    def _find_smallest(self, rows: Iterable[Row]) -> Row | None:
        """Return the published row with the smallest count above 0, details first.

        Rows that were published before are useless.
        """
        useful = [
            row
            for row in rows
            if row.name not in self.suppressed and not all(name in self.already_published for name in row.counts)
        ]
        return min(useful, key=self._measure_size, default=None)

    def _measure_size(self, row: Row) -> tuple[bool, bool, Decimal, str]:
        value = max(self.counts[name].value for name in row.counts)
        return value == 0, not row.is_detail, value, str(row.name)

    def _find_alternative(self, name: Name) -> dict[Name, int]:
        """Return moves of unknown counts, including this one, that leave every published number unchanged; else {}."""
        for step in _STEPS:
            if self._allows(name, step):
                search = _Search(self, {name: step})
                if search.run():
                    return search.moves
        return {}

    def _allows(self, name: Name, step: int) -> bool:
        """Whether the count plus the step would have the same label: small, or zero or not small."""
        count = self.counts[name]
        moved = count.value + step
        if count.is_free or name in self.unlabelled_counts:
            return moved >= 0
        if self._is_small(count.value):
            return self._is_small(moved)
        return moved == 0 or moved >= self.limit

    def _publish_unneeded(self) -> None:
        """Publish rows that turned out not to be needed, largest first."""
        secondary = [row for name, row in self.suppressed.items() if name not in self.small_rows]
        for row in sorted(secondary, key=self._measure_size, reverse=True):
            del self.suppressed[row.name]
            affected = [name for name, moves in self.alternatives.items() if any(part in moves for part in row.counts)]
            renewed = {name: self._find_alternative_again(name) for name in affected}
            if all(renewed.values()):
                self.alternatives.update(renewed)
            else:
                self.suppressed[row.name] = row

    def _find_alternative_again(self, name: Name) -> dict[Name, int]:
        return {} if self._is_known(name) else self._find_alternative(name)


class _Search:
    """A search for moves that keep every sum valid. Each repair moves one more unknown count."""

    def __init__(self, suppressor: _Suppressor, moves: dict[Name, int]) -> None:
        self.suppressor, self.moves, self.steps = suppressor, moves, 0

    def run(self) -> bool:
        invalid = self._find_invalid_sum()
        if invalid is None:
            return True
        sum_, difference = invalid
        for name, step in self._list_repairs(sum_, difference):
            self.steps += 1
            if self.steps > _MAX_STEPS:
                return False
            self.moves[name] = step
            if self.run():
                return True
            del self.moves[name]
        return False

    def _find_invalid_sum(self) -> tuple[Sum, int] | None:
        """Return the invalid sum with the fewest repairs, and its difference."""
        best: tuple[int, Sum, int] | None = None
        for name in self.moves:
            for sum_ in self.suppressor.sums_of.get(name, ()):
                difference = sum(self.moves.get(part, 0) for part in sum_.parts) - self.moves.get(sum_.total, 0)
                if difference:
                    repairs = len(self._list_repairs(sum_, difference))
                    if best is None or repairs < best[0]:
                        best = repairs, sum_, difference
        return None if best is None else (best[1], best[2])

    def _list_repairs(self, sum_: Sum, difference: int) -> list[tuple[Name, int]]:
        moves = [
            (name, difference if name == sum_.total else -difference) for name in sum_.names if name not in self.moves
        ]
        suppressor = self.suppressor
        allowed = [
            (name, step) for name, step in moves if suppressor._allows(name, step) and not suppressor._is_known(name)
        ]
        return sorted(allowed, key=lambda move: len(suppressor.sums_of.get(move[0], ())))
