"""Who must act on the indicators that need attention, and what was said of them last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from etl.indicators.results import Figure, SiteQuarterKey
from etl.queries.remarks import Remark


@dataclass(frozen=True)
class AttentionItem:
    """An indicator in need, with the open agreement on it and the last remark, where there are any."""

    figure: Figure
    open_action: Remark | None = None
    last_remark: Remark | None = None

    @property
    def deciding_returns(self) -> tuple[SiteQuarterKey, ...]:
        """The returns that must come in before it can be judged."""
        return self.figure.deciding_returns


def list_attention_items(figures: Sequence[Figure], remarks: Iterable[Remark]) -> tuple[AttentionItem, ...]:
    """The same figures in the same order. The open agreement is the one whose day comes first."""
    last: dict[str, Remark] = {}
    open_ones: dict[str, Remark] = {}
    for one in remarks:
        last[one.indicator] = one
        before = open_ones.get(one.indicator)
        if one.is_open and (before is None or _due(one) < _due(before)):
            open_ones[one.indicator] = one
    return tuple(AttentionItem(one, open_ones.get(one.indicator), last.get(one.indicator)) for one in figures)


def _due(remark: Remark) -> tuple[bool, str]:
    return remark.due is None, remark.due.isoformat() if remark.due else ""
