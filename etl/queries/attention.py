"""Add to each indicator that needs attention its open action and its last remark."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from etl.indicators.results import Figure, SiteQuarterKey
from etl.queries.remarks import Remark


@dataclass(frozen=True)
class AttentionItem:
    """An indicator that needs attention, with its open action and last remark, if any."""

    figure: Figure
    open_action: Remark | None = None
    last_remark: Remark | None = None

    @property
    def deciding_returns(self) -> tuple[SiteQuarterKey, ...]:
        """The missing returns without which the indicator cannot be rated."""
        return self.figure.deciding_returns


def list_attention_items(figures: Sequence[Figure], remarks: Iterable[Remark]) -> tuple[AttentionItem, ...]:
    """Return an item for each figure, in the same order. The open action is the one that is due first."""
    last_remarks: dict[str, Remark] = {}
    open_actions: dict[str, Remark] = {}
    for remark in remarks:
        last_remarks[remark.indicator] = remark
        earliest = open_actions.get(remark.indicator)
        if remark.is_open and (earliest is None or _make_due_key(remark) < _make_due_key(earliest)):
            open_actions[remark.indicator] = remark
    return tuple(
        AttentionItem(figure, open_actions.get(figure.indicator), last_remarks.get(figure.indicator))
        for figure in figures
    )


def _make_due_key(remark: Remark) -> tuple[bool, str]:
    return remark.due is None, remark.due.isoformat() if remark.due else ""
