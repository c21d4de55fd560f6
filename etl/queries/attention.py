"""Who must act on the indicators that need attention, and what was said of them last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from etl.indicators.results import Figure, Place
from etl.queries.remarks import Remark


@dataclass(frozen=True)
class Attention:
    """An indicator in need, with the open agreement on it and the last remark, where there are any."""

    figure: Figure
    agreement: Remark | None = None
    remark: Remark | None = None

    @property
    def deciding(self) -> tuple[Place, ...]:
        """The returns that must come in before it can be judged."""
        return self.figure.deciding


def attention_of(figures: Sequence[Figure], remarks: Iterable[Remark]) -> tuple[Attention, ...]:
    """The same figures in the same order. The open agreement is the one whose day comes first."""
    last: dict[str, Remark] = {}
    open_ones: dict[str, Remark] = {}
    for one in remarks:
        last[one.indicator] = one
        before = open_ones.get(one.indicator)
        if one.is_open and (before is None or _due(one) < _due(before)):
            open_ones[one.indicator] = one
    return tuple(Attention(one, open_ones.get(one.indicator), last.get(one.indicator)) for one in figures)


def _due(remark: Remark) -> tuple[bool, str]:
    return remark.due is None, remark.due.isoformat() if remark.due else ""
