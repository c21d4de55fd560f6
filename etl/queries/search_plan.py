"""Search a plan's objectives, indicators, programmes, provinces and sites by code or name in either language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import LocalizedText
from etl.returns.layouts.matching import compact_text

_EXACT, _PREFIX, _CONTAINED, _WORDS = range(4)
"""The ranks of matches, the best first: equal, at the beginning of the code or a name, within it, all words."""


class SearchKind(StrEnum):
    """The kinds of things to find, in the order of equally good matches."""

    INDICATOR = "indicator"
    OBJECTIVE = "objective"
    SITE = "site"
    PROVINCE = "province"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class SearchMatch:
    """A thing with its kind, code and name, and a short name where it has one."""

    kind: SearchKind
    code: str
    name: LocalizedText
    short: LocalizedText = LocalizedText("")

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts by which it is found."""
        return self.code, self.name.en, self.name.km, self.short.en, self.short.km


def search_plan(plan: Plan, text: str, *, limit: int) -> tuple[tuple[SearchMatch, ...], int]:
    """Return the best matches, at most `limit`, and the number of all matches; none for a blank text.

    Case, spaces and variants of Khmer spelling are ignored. A text of several words also matches where each word is
    in the code or a name.
    """
    query, words = compact_text(text), [word for part in text.split() if (word := compact_text(part))]
    if not query:
        return (), 0
    ranked = [
        (rank, match) for match in _list_candidates(plan) if (rank := _rank(query, words, match.texts)) is not None
    ]
    ranked.sort(key=lambda pair: pair[0])
    return tuple(match for _, match in ranked[:limit]), len(ranked)


def _list_candidates(plan: Plan) -> Iterator[SearchMatch]:
    """Yield everything that can be found, in the order of the kinds and of the plan."""
    for indicator in plan.indicators:
        yield SearchMatch(SearchKind.INDICATOR, indicator.code, indicator.name)
    for objective in plan.objectives:
        yield SearchMatch(SearchKind.OBJECTIVE, objective.code, objective.name, objective.short)
    for site in plan.sites:
        yield SearchMatch(SearchKind.SITE, site.code, site.name)
    for province in plan.provinces:
        yield SearchMatch(SearchKind.PROVINCE, province.code, province.name)
    for programme in plan.linked_programmes:
        yield SearchMatch(SearchKind.PROGRAMME, programme.code, programme.name)


def _rank(query: str, words: Sequence[str], names: Sequence[str]) -> int | None:
    """Return how well the names match; None where they don't."""
    compact_names = [compact_text(name) for name in names if name]
    if query in compact_names:
        return _EXACT
    if any(name.startswith(query) for name in compact_names):
        return _PREFIX
    if any(query in name for name in compact_names):
        return _CONTAINED
    if all(any(word in name for name in compact_names) for word in words):
        return _WORDS
    return None
