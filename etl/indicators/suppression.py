"""What small counts the public may not see: which figures are withheld so that none of them can be worked out.

Numbers that are published add up: sites to the centre, quarters to a year, parts and the rest to a total. Whoever
knows all but one of such a sum knows the last one too. A small count is safe when the published numbers fit another
one as well: `withhold` holds back figures, smallest first, until for each small count such another world is found.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

Name = Hashable

_STEPS = (1, -1, 2, -2, 3, -3)
_MOST_LOOKS = 4_000
"""How long one small count is looked at with one set of withheld figures; none found counts as not safe."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people. `free` is one that is never shown and may hold any amount, such as the rest of a total."""

    value: Decimal
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """That one count is the sum of others, as every reader knows."""

    total: Name
    parts: tuple[Name, ...]

    @property
    def names(self) -> tuple[Name, ...]:
        return (self.total, *self.parts)


@dataclass(frozen=True, slots=True)
class Row:
    """Counts that are shown together or not at all: a number by itself, a share with its numerator and denominator."""

    name: Name
    counts: tuple[Name, ...]


@dataclass(frozen=True)
class SuppressionResult:
    """The rows told to hold a small count, those held back without a word on why, and counts that nothing protects."""

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
    smallest_shown: int,
    already_published: frozenset[Name] = frozenset(),
    sensitive: frozenset[Name] = frozenset(),
) -> SuppressionResult:
    """Which rows are not published. `told` are counts that an earlier edition published already.

    A count of 1 to `smallest_shown` - 1 is small; `sensitive` names others that are to be protected as well, such as
    what a late return added. Zero is not small: it names nobody.
    """
    return _Holding(counts, sums, rows, smallest_shown, already_published, sensitive).run()


class _Holding:
    """The rows held back so far, and for each small count the other world that protects it."""

    def __init__(
        self,
        counts: Mapping[Name, Count],
        sums: Iterable[Sum],
        rows: Sequence[Row],
        smallest_shown: int,
        told: frozenset[Name],
        sensitive: frozenset[Name],
    ) -> None:
        self.counts, self.rows, self.told, self.limit = counts, rows, told, smallest_shown
        self.sums_of: dict[Name, list[Sum]] = {}
        for one in dict.fromkeys(sums):
            for name in one.names:
                self.sums_of.setdefault(name, []).append(one)
        self.rows_of: dict[Name, list[Row]] = {}
        for row in rows:
            for name in row.counts:
                self.rows_of.setdefault(name, []).append(row)
        small = [name for name, count in counts.items() if self._is_small(count.value)]
        self.small = [*small, *(name for name in sensitive if name not in small)]
        self.small_rows = {row.name for row in rows if any(self._is_small(counts[name].value) for name in row.counts)}
        self.held: dict[Name, Row] = {row.name: row for row in rows if row.name in self.small_rows}
        self.unnamed: set[Name] = set()
        """Rows of small counts that are held back without being called small, since that alone would tell them."""
        self.unnamed_counts: set[Name] = set()
        self.worlds: dict[Name, dict[Name, int]] = {}

    def run(self) -> SuppressionResult:
        unprotected = [name for name in self.small if not self._protect(name)]
        self._give_back()
        small = frozenset(self.small_rows) - self.unnamed
        return SuppressionResult(small, frozenset(self.held) - small, tuple(unprotected))

    def _is_small(self, value: Decimal) -> bool:
        return 0 < value < self.limit

    def _protect(self, name: Name) -> bool:
        """Holds rows back until the count could be another one; False where nothing is left to hold back."""
        while True:
            if self._is_known(name):
                if not (row := self._smallest(self.rows_of.get(name, ()))):
                    return False
            else:
                world = self._other_world(name)
                if world:
                    self.worlds[name] = world
                    return True
                row = self._next_row(name)
                if row is None:
                    if not self._unname_next(name):
                        return False
                    continue
            self.held[row.name] = row

    def _unname_next(self, name: Name) -> bool:
        """Takes the word "small" from one more row: four quarters of 1 would follow from a small year of 4."""
        around = (part for one in self._around(name) for part in one.names)
        rows = [row for part in (name, *around) for row in self.rows_of.get(part, ()) if row.name in self.small_rows]
        row = min((row for row in rows if row.name not in self.unnamed), key=self._largest_first, default=None)
        if row is None:
            return False
        self.unnamed.add(row.name)
        self.unnamed_counts.update(row.counts)
        return True

    def _largest_first(self, row: Row) -> tuple[Decimal, str]:
        return -max(self.counts[name].value for name in row.counts), str(row.name)

    def _is_known(self, name: Name) -> bool:
        """Whether some published row shows it."""
        return name in self.told or any(row.name not in self.held for row in self.rows_of.get(name, ()))

    def _next_row(self, name: Name) -> Row | None:
        """The smallest row beside the count: of sums that would give it away, then of its own, then of those around."""
        around = self._around(name)
        giving_away = [one for one in around if sum(not self._is_known(part) for part in one.names) == 1]
        for sums in (giving_away, self.sums_of.get(name, []), around):
            found = self._smallest(row for one in sums for part in one.names for row in self.rows_of.get(part, ()))
            if found is not None:
                return found
        return None

    def _around(self, name: Name) -> list[Sum]:
        """Every sum that is reached from the count over unknown ones."""
        seen, waiting = {name}, [name]
        found: dict[Sum, None] = {}
        while waiting:
            for one in self.sums_of.get(waiting.pop(), ()):
                found[one] = None
                fresh = [part for part in one.names if part not in seen and not self._is_known(part)]
                seen.update(fresh)
                waiting += fresh
        return list(found)

    def _smallest(self, rows: Iterable[Row]) -> Row | None:
        """The published row with the least in it that isn't nothing; one that was told already hides nothing."""
        useful = [
            row for row in rows if row.name not in self.held and not all(name in self.told for name in row.counts)
        ]
        return min(useful, key=self._size, default=None)

    def _size(self, row: Row) -> tuple[bool, Decimal, str]:
        value = max(self.counts[name].value for name in row.counts)
        return value == 0, value, str(row.name)

    def _other_world(self, name: Name) -> dict[Name, int]:
        """How the unknown counts could differ together, this one among them, with every published number as it is."""
        for step in _STEPS:
            if self._allows(name, step):
                looking = _Looking(self, {name: step})
                if looking.find():
                    return looking.moves
        return {}

    def _allows(self, name: Name, step: int) -> bool:
        """Whether the count moved by the step could still be told as it is: small, or none or not small."""
        count = self.counts[name]
        moved = count.value + step
        if count.is_free or name in self.unnamed_counts:
            return moved >= 0
        if self._is_small(count.value):
            return self._is_small(moved)
        return moved == 0 or moved >= self.limit

    def _give_back(self) -> None:
        """Publishes, largest first, what was held back and turned out not to be needed."""
        beside = [row for name, row in self.held.items() if name not in self.small_rows]
        for row in sorted(beside, key=self._size, reverse=True):
            del self.held[row.name]
            lost = [name for name, world in self.worlds.items() if any(part in world for part in row.counts)]
            again = {name: self._world_again(name) for name in lost}
            if all(again.values()):
                self.worlds.update(again)
            else:
                self.held[row.name] = row

    def _world_again(self, name: Name) -> dict[Name, int]:
        return {} if self._is_known(name) else self._other_world(name)


class _Looking:
    """A search for moves that leave every sum as it is, each repair moving one more unknown count."""

    def __init__(self, holding: _Holding, moves: dict[Name, int]) -> None:
        self.holding, self.moves, self.looks = holding, moves, 0

    def find(self) -> bool:
        broken = self._broken()
        if broken is None:
            return True
        one, off = broken
        for name, step in self._repairs(one, off):
            self.looks += 1
            if self.looks > _MOST_LOOKS:
                return False
            self.moves[name] = step
            if self.find():
                return True
            del self.moves[name]
        return False

    def _broken(self) -> tuple[Sum, int] | None:
        """The sum that no longer holds and has the fewest counts to repair it with, and by how much it is off."""
        found: tuple[int, Sum, int] | None = None
        for name in self.moves:
            for one in self.holding.sums_of.get(name, ()):
                off = sum(self.moves.get(part, 0) for part in one.parts) - self.moves.get(one.total, 0)
                if off:
                    ways = len(self._repairs(one, off))
                    if found is None or ways < found[0]:
                        found = ways, one, off
        return None if found is None else (found[1], found[2])

    def _repairs(self, one: Sum, off: int) -> list[tuple[Name, int]]:
        ways = [(name, off if name == one.total else -off) for name in one.names if name not in self.moves]
        holding = self.holding
        useful = [(name, step) for name, step in ways if holding._allows(name, step) and not holding._is_known(name)]
        return sorted(useful, key=lambda way: len(holding.sums_of.get(way[0], ())))
