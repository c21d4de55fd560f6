"""A tally as a table keeps it: each group with its sites in hexadecimal digits and its exact sums."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from etl.database.column_types import plain_digits
from etl.indicators.periods import Quarter, parse_quarter
from etl.indicators.tallies import NOT_COLLECTED, REPORTED, AnswerKind, Group, GroupTotal, Tally

_PLAIN = {one.answer.value: one for one in (REPORTED, NOT_COLLECTED)}


class TallyText(TypeDecorator[Tally]):
    """A list of groups: how the sites stand, since when, covered by what, which they are, what they bring."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Tally | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return f"[{','.join(_told(group, brought) for group, brought in _in_order(value))}]"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Tally | None:
        return None if value is None else _ToldTally(value)


class _ToldTally(Tally):
    """A tally that is read from its text when somebody asks: a page looks at few of those that a change renews."""

    def __init__(self, text: str) -> None:
        self._text = text

    @property
    def groups(self) -> Mapping[Group, GroupTotal]:
        return self._heard

    @cached_property
    def _heard(self) -> Mapping[Group, GroupTotal]:
        return dict(_heard(one) for one in json.loads(self._text))

    @property
    def is_empty(self) -> bool:
        return self._text == _NOTHING


_NOTHING = "[]"


def _in_order(tally: Tally) -> Iterable[tuple[Group, GroupTotal]]:
    """Equal tallies are the same text."""
    if len(tally.groups) == 1:
        return tally.groups.items()
    return sorted(tally.groups.items(), key=lambda one: (one[0].answer, str(one[0].since), str(one[0].covered_by)))


def _told(group: Group, brought: GroupTotal) -> str:
    """A JSON list of texts, in none of which there is anything to escape."""
    since, covered_by = _quarter_text(group.since), _quarter_text(group.covered_by)
    sums = f'"{plain_digits(brought.value)}","{plain_digits(brought.denominator)}"'
    return f'["{group.answer.value}","{since}","{covered_by}","{brought.sites:x}",{sums}]'


def _quarter_text(quarter: Quarter | None) -> str:
    return "" if quarter is None else str(quarter)


def _heard(told: list[Any]) -> tuple[Group, GroupTotal]:
    said, since, covered_by, sites, value, denominator = told
    group = _PLAIN.get(said) or Group(
        AnswerKind(said), parse_quarter(since) if since else None, parse_quarter(covered_by) if covered_by else None
    )
    return group, GroupTotal(int(sites, 16), Decimal(value), Decimal(denominator))
