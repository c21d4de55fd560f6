"""Who must act on the indicators that need attention, and what was said of them last."""

from collections.abc import Sequence
from dataclasses import dataclass

from etl.indicators.results import Figure, Place
from etl.questions.remarks import Remark, all_remarks
from etl.questions.source import Source


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


def attention_of(source: Source, figures: Sequence[Figure]) -> tuple[Attention, ...]:
    """The same figures in the same order. The open agreement is the one whose day comes first."""
    if not figures:
        return ()
    last: dict[str, Remark] = {}
    open_ones: dict[str, Remark] = {}
    for one in all_remarks(source):
        last[one.indicator] = one
        before = open_ones.get(one.indicator)
        if one.is_open and (before is None or _due(one) < _due(before)):
            open_ones[one.indicator] = one
    return tuple(Attention(one, open_ones.get(one.indicator), last.get(one.indicator)) for one in figures)


def _due(remark: Remark) -> tuple[bool, str]:
    return remark.due is None, remark.due.isoformat() if remark.due else ""
