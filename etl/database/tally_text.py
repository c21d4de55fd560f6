"""Column type for tallies: each group with its sites as a hexadecimal bit set and its exact sums."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from etl.database.column_types import format_digits
from etl.indicators.periods import Quarter, parse_quarter
from etl.indicators.tallies import NOT_COLLECTED, REPORTED, AnswerKind, Group, GroupTotal, Tally

_SIMPLE_GROUPS = {group.answer.value: group for group in (REPORTED, NOT_COLLECTED)}


class TallyText(TypeDecorator[Tally]):
    """A tally as a JSON list of groups: state, since, covered by, sites, value, denominator."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Tally | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return f"[{','.join(_format_group(group, total) for group, total in _sort_groups(value))}]"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Tally | None:
        return None if value is None else _LazyTally(value)


class _LazyTally(Tally):
    """A tally that is parsed lazily, since a page needs only a few of the tallies that a change updates."""

    def __init__(self, text: str) -> None:
        self._text = text

    @property
    def groups(self) -> Mapping[Group, GroupTotal]:
        return self._parsed_groups

    @cached_property
    def _parsed_groups(self) -> Mapping[Group, GroupTotal]:
        return dict(_parse_group(item) for item in json.loads(self._text))

    @property
    def is_empty(self) -> bool:
        return self._text == _EMPTY


_EMPTY = "[]"


def _sort_groups(tally: Tally) -> Iterable[tuple[Group, GroupTotal]]:
    """Return the groups in a fixed order, so that equal tallies have equal text."""
    if len(tally.groups) == 1:
        return tally.groups.items()
    return sorted(tally.groups.items(), key=lambda item: (item[0].answer, str(item[0].since), str(item[0].covered_by)))


def _format_group(group: Group, total: GroupTotal) -> str:
    """Format a group as a JSON list of strings that need no escaping."""
    since, covered_by = _format_quarter(group.since), _format_quarter(group.covered_by)
    sums = f'"{format_digits(total.value)}","{format_digits(total.denominator)}"'
    return f'["{group.answer.value}","{since}","{covered_by}","{total.sites:x}",{sums}]'


def _format_quarter(quarter: Quarter | None) -> str:
    return "" if quarter is None else str(quarter)


def _parse_group(item: list[Any]) -> tuple[Group, GroupTotal]:
    state, since, covered_by, sites, value, denominator = item
    group = _SIMPLE_GROUPS.get(state) or Group(
        AnswerKind(state), parse_quarter(since) if since else None, parse_quarter(covered_by) if covered_by else None
    )
    return group, GroupTotal(int(sites, 16), Decimal(value), Decimal(denominator))
