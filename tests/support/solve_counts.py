"""What a reader can derive from published sums: exact elimination, and bounds of non-negative integers."""

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction

Sums = Mapping[Hashable, int]
_ROUNDS = 30


class Unknowns:
    """Unpublished numbers and the published sums of them, in echelon form."""

    def __init__(self, names: Sequence[Hashable], known: Sequence[tuple[Sums, Fraction]]) -> None:
        self.names = list(names)
        self.known = list(known)
        self.rows: dict[Hashable, tuple[dict[Hashable, Fraction], Fraction]] = {}
        for sums, total in known:
            self._add({name: Fraction(n) for name, n in sums.items()}, Fraction(total))

    def reduce(self, row: dict[Hashable, Fraction], total: Fraction) -> tuple[dict[Hashable, Fraction], Fraction]:
        """Subtract all known sums from a sum."""
        row = {name: n for name, n in row.items() if n}
        while True:
            lead = next((name for name in row if name in self.rows), None)
            if lead is None:
                return row, total
            factor = row[lead]
            other, amount = self.rows[lead]
            for name, n in other.items():
                left = row.get(name, Fraction(0)) - factor * n
                if left:
                    row[name] = left
                else:
                    row.pop(name, None)
            total -= factor * amount

    def _add(self, row: dict[Hashable, Fraction], total: Fraction) -> None:
        row, total = self.reduce(row, total)
        if not row:
            assert total == 0, "what is published contradicts itself"
            return
        lead = next(iter(row))
        factor = row[lead]
        self.rows[lead] = ({name: n / factor for name, n in row.items()}, total / factor)


def solve(unknowns: Unknowns, query: Sums) -> Fraction | None:
    """Return the value of a sum that follows from the known sums; None if none does."""
    left, total = unknowns.reduce({name: Fraction(n) for name, n in query.items()}, Fraction(0))
    return None if left else -total


def narrow_bounds(
    unknowns: Unknowns, queries: Mapping[Hashable, Sums], labels: Mapping[Hashable, tuple[int, int]]
) -> dict[Hashable, tuple[int, int | None]]:
    """Return the lowest and highest possible value of each sum, by bounds and by the labels."""
    low: dict[Hashable, int] = dict.fromkeys(unknowns.names, 0)
    high: dict[Hashable, int | None] = dict.fromkeys(unknowns.names)
    for name, (least, most) in labels.items():
        low[name], high[name] = least, most
    sums = [(dict(terms), int(total)) for terms, total in unknowns.known]
    sums += [({**terms, name: -1}, 0) for name, terms in queries.items()]
    for name in queries:
        low.setdefault(name, 0)
        high.setdefault(name, None)
    for _ in range(_ROUNDS):
        changed = [_tighten(terms, total, low, high) for terms, total in sums]
        if not any(changed):
            break
    return {name: (low[name], high[name]) if high[name] is not None else (low[name], low[name] + 9) for name in queries}


def _tighten(
    terms: Mapping[Hashable, int], total: int, low: dict[Hashable, int], high: dict[Hashable, int | None]
) -> bool:
    """Tighten the bounds of each number by those of the others in a sum. Return whether any changed."""
    changed = False
    for name, n in terms.items():
        least, most = 0, 0
        unbounded_least = unbounded_most = False
        for other, m in terms.items():
            if other == name:
                continue
            top = high[other]
            ends = (m * low[other], None if top is None else m * top)
            if m < 0:
                ends = (ends[1], ends[0])  # type: ignore[assignment]
            unbounded_least |= ends[0] is None
            unbounded_most |= ends[1] is None
            least += ends[0] or 0
            most += ends[1] or 0
        bounds = (None if unbounded_most else total - most, None if unbounded_least else total - least)
        if n < 0:
            bounds = (None if bounds[1] is None else -bounds[1], None if bounds[0] is None else -bounds[0])
        if bounds[0] is not None and bounds[0] > low[name]:
            low[name], changed = bounds[0], True
        top = high[name]
        if bounds[1] is not None and (top is None or bounds[1] < top):
            high[name], changed = bounds[1], True
    return changed
