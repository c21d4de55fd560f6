"""Find the plan's sites, indicators and parts by code, by name in any language, or by alias."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import DENOMINATOR, NUMERATOR, WOMEN, CellKey, parse_key
from etl.returns.layouts.heading_words import HeadingKind, remove_part_words, split_heading_words
from etl.returns.layouts.layout import AliasKind, Layout
from etl.returns.layouts.matching import NameIndex, compact_text, normalize_text
from etl.returns.layouts.name_words import find_stems, shares_words
from etl.returns.layouts.table_periods import read_period
from etl.returns.layouts.title_words import find_sentence_kinds, remove_neutral_words
from etl.wording.participations import localize_part_label

_SIMILARITY = 0.75
_OTHER = "other"
"""The category of parts that have no name of their own."""
_SHORTEST_KHMER = 5
"""A Khmer label with fewer characters may be a part of another word, since there are no spaces between words."""
MEN = "*men"
"""The part of rows for men, which no plan has: they are checked against the total and the women."""
_TELLING_KINDS = frozenset(HeadingKind) - {
    *(HeadingKind.RESULT, HeadingKind.TOTAL, HeadingKind.REVISED, HeadingKind.AVERAGE, HeadingKind.PREVIOUS)
}
"""Kinds of words in a name that make it another number."""


@dataclass(frozen=True)
class NameMatch:
    """The result of a lookup: one code, or else several candidates, or the nearest code."""

    code: str = ""
    candidates: tuple[str, ...] = ()
    nearest: str = ""

    @property
    def is_known(self) -> bool:
        return bool(self.code)


class SiteNames:
    """Looks up sites by code, name and alias."""

    def __init__(self, plan: Plan, layout: Layout) -> None:
        self._index = NameIndex()
        names = [(name, site.code) for site in plan.sites for name in (site.code, site.name.en, site.name.km)]
        aliases = [(alias.alias, alias.site) for alias in plan.aliases]
        aliases += layout.aliases.get(AliasKind.SITE, {}).items()
        for name, code in (*names, *aliases):
            self._index.add(name, code)
        plan_name = normalize_text(f"{plan.settings.name.en} {plan.settings.name.km}")
        self._mentions = [
            (_make_word_pattern(name), code)
            for name, code in (*names, *(alias for alias in aliases if not alias[0].isupper()))
            if normalize_text(name) and normalize_text(name) not in plan_name
        ]

    def find(self, text: str) -> NameMatch:
        return _look_up(self._index, text)

    def find_mentions(self, text: str) -> tuple[str, ...]:
        """Return the sites whose codes, names or aliases stand in a text among other words.

        Abbreviations among the aliases don't count, since they may be those of organisations, nor do names in the name
        of the plan.
        """
        normalized = f" {normalize_text(text)} "
        codes = (code for name, code in self._mentions if re.search(name, normalized))
        return tuple(dict.fromkeys(codes))


class NumberNames:
    """Looks up indicators and parts by code, key, name and alias."""

    def __init__(self, plan: Plan, layout: Layout) -> None:
        self.plan = plan
        self._indicators = NameIndex()
        self._parts: dict[str, NameIndex] = {}
        for indicator in plan.indicators:
            for name in (indicator.code, indicator.name.en, indicator.name.km):
                self._indicators.add(name, indicator.code)
            self._parts[indicator.code] = self._index_parts(indicator.code, layout)
        for alias_name, code in layout.aliases.get(AliasKind.INDICATOR, {}).items():
            self._indicators.add(alias_name, code)

    def _index_parts(self, code: str, layout: Layout) -> NameIndex:
        indicator = self.plan.indicator_by_code[code]
        index = NameIndex()
        if indicator.is_ratio:
            for name, localized_name in ((NUMERATOR, indicator.numerator), (DENOMINATOR, indicator.denominator)):
                for text in (name, localized_name.en, localized_name.km):
                    index.add(text, name)
            return index
        parts = self.plan.list_parts_and_participations(code)
        for part in parts:
            label = localize_part_label(part)
            labels = (part.label.en, label.en, label.km)
            for text in (part.key, part.category, *labels, *map(remove_part_words, labels)):
                index.add(text, part.key)
        for alias_name, key in layout.aliases.get(AliasKind.PART, {}).items():
            if any(part.key == key for part in parts):
                index.add(alias_name, key)
        return index

    def find_indicator(self, text: str) -> NameMatch:
        """Find an indicator by a text; in a whole key, such as `SO3-01/sex/women`, only the code counts."""
        match = _look_up(self._indicators, text)
        if match.is_known or "/" not in text:
            return match
        key = parse_key(compact_text(text))
        codes = {compact_text(code): code for code in self.plan.indicator_by_code}
        return NameMatch(codes[key.indicator]) if key.indicator in codes else match

    def find_part(self, indicator: str, text: str) -> NameMatch:
        return _look_up(self._parts[indicator], text)

    def is_any_part(self, text: str) -> bool:
        """Whether any indicator has a part with this name."""
        return any(index.find(text) for index in self._parts.values())

    def is_about_part(self, text: str, indicators: Iterable[str]) -> bool:
        """Whether a title such as "Youth participants 2025" names a part of all these indicators that have parts."""
        name = _reduce_part(read_period(text, self.plan.settings.calendar).rest)
        names_by_indicator = [self._list_part_names(code) for code in indicators]
        names_of_parts = [names for names in names_by_indicator if names]
        return bool(name and names_of_parts) and all(name in names for names in names_of_parts)

    def is_same_part(self, first: str, second: str) -> bool:
        """Whether two texts name the same part."""
        calendar = self.plan.settings.calendar
        return _reduce_part(read_period(first, calendar).rest) == _reduce_part(read_period(second, calendar).rest)

    def _list_part_names(self, code: str) -> frozenset[str]:
        parts = self.plan.list_parts_and_participations(code)
        names = (name for part in parts for name in (part.label.en, part.label.km, part.category))
        return frozenset(filter(None, map(_reduce_part, names)))

    def find_women(self, indicator: str) -> str:
        """Return the key of the indicator's only part with the category `women`, or a blank."""
        parts = self.plan.list_parts_and_participations(indicator)
        keys = [part.key for part in parts if part.category == WOMEN]
        return keys[0] if len(keys) == 1 else ""

    def contradicts(self, key: CellKey, text: str) -> bool:
        """Whether a text beside or behind the code of a row says something else than the row's number.

        It does if it names another indicator or part, or has a word such as "target", "female" or "youth" that the
        plan's own name doesn't have.
        """
        rest = _remove_code(text, key.indicator)
        if not rest or self.find_part(key.indicator, rest).code == key.part != "":
            return False
        if rest.startswith("/"):
            return self.find_key(text) is None
        other = self.find_indicator(rest)
        if other.is_known or other.candidates:
            return other.is_known and other.code != key.indicator
        indicator = self.plan.indicator_by_code[key.indicator]
        own = self._list_own_names(key)
        if self._names_other_part(key, rest) or self._is_like_another(key, rest):
            return True
        allowed = {
            kind for name in (*own, key.part) for kind in (*split_heading_words(name).kinds, *find_sentence_kinds(name))
        }
        if indicator.is_ratio or indicator.unit == "%":
            allowed |= {HeadingKind.PERCENT, HeadingKind.FEMALE, HeadingKind.MALE}
        return not (find_sentence_kinds(rest) & _TELLING_KINDS) <= allowed | _find_sex(key.part)

    def is_unlike(self, key: CellKey, text: str) -> bool:
        """Whether a name beside a code has words, but none in common with the plan's own name."""
        rest = _remove_code(text, key.indicator)
        if not rest or self.find_indicator(rest).is_known or self.find_part(key.indicator, rest).is_known:
            return False
        return bool(find_stems(rest)) and not shares_words(rest, self._list_own_names(key))

    def _list_own_names(self, key: CellKey) -> list[str]:
        """Return the names of an indicator, and those of the part of a row."""
        indicator = self.plan.indicator_by_code[key.indicator]
        parts = [part for part in self.plan.list_parts_and_participations(key.indicator) if part.key == key.part]
        labels = (indicator.name, indicator.numerator, indicator.denominator, *(part.label for part in parts))
        return [text for label in labels for text in (label.en, label.km) if text]

    def _names_other_part(self, key: CellKey, text: str) -> bool:
        """Whether a text has the name of one other part of a kind, which the plan's own name doesn't have."""
        own = [_mark_words(name) for name in (*self._list_own_names(key), key.part.replace("/", " "))]
        named: dict[str, int] = {}
        for part in self.plan.list_parts_and_participations(key.indicator):
            names = [name for name in map(_reduce_label, (part.label.en, part.label.km, part.category)) if name]
            if part.category != _OTHER and any(name in _mark_words(text) for name in names):
                is_own = part.key == key.part or any(name in own_name for name in names for own_name in own)
                named[part.dimension] = named.get(part.dimension, 0) + (2 if is_own else 1)
        return 1 in named.values()

    def _is_like_another(self, key: CellKey, text: str) -> bool:
        """Whether a text has nothing in common with the row's own names, but several words of another indicator."""
        if shares_words(text, self._list_own_names(key)):
            return False
        others = (other for other in self.plan.indicators if other.code != key.indicator)
        return any(shares_words(text, (other.name.en, other.name.km), least=2) for other in others)

    def find_key(self, text: str) -> CellKey | None:
        """Parse a whole key; None if the plan does not have it."""
        head, slash, part = text.partition("/")
        indicator = self.find_indicator(head)
        if not slash or not indicator.is_known:
            return None
        match = self.find_part(indicator.code, part)
        return CellKey(indicator.code, match.code) if match.is_known else None


def _make_word_pattern(name: str) -> str:
    """Return a pattern of a name between other words; Khmer has no spaces between them."""
    return rf"(?<![a-z0-9]){re.escape(normalize_text(name))}(?![a-z0-9])"


def _mark_words(text: str) -> str:
    """Return the words of a text, each between spaces; `young` counts as `youth`."""
    words = re.sub("[^\\w\u1780-\u17d3]+", " ", normalize_text(text))
    return f" {words} ".replace(" young ", " youth ")


def _reduce_label(text: str) -> str:
    """Return the label of a part as it stands among the words of a name, or a blank if it is too short to tell."""
    label = _mark_words(remove_neutral_words(remove_part_words(text)))
    if label.isascii():
        return label if label.strip() else ""
    return label.strip() if len(label.strip()) >= _SHORTEST_KHMER else ""


def _reduce_part(text: str) -> str:
    """Return `youth` for `Youth participants only` and for `of which youth`."""
    return compact_text(remove_neutral_words(split_heading_words(remove_part_words(text)).rest))


def _remove_code(text: str, code: str) -> str:
    """Return what follows a code at the start of a text, or the whole text."""
    folded = normalize_text(text)
    has_code = folded.startswith(normalize_text(code)) and not folded[len(normalize_text(code)) :][:1].isalnum()
    return folded[len(normalize_text(code)) :].strip(" :.-") if has_code else folded


def _find_sex(part: str) -> frozenset[HeadingKind]:
    """Return the sexes that the part of a row is about."""
    kinds = {WOMEN: {HeadingKind.FEMALE}, MEN: {HeadingKind.MALE}}
    return frozenset(kinds.get(part.rpartition("/")[2], set()))


def _look_up(index: NameIndex, text: str) -> NameMatch:
    codes = index.find(text)
    if len(codes) == 1:
        return NameMatch(codes[0])
    nearest = (
        ""
        if codes
        else index.find_nearest(text, lambda name, names: get_close_matches(name, names, n=1, cutoff=_SIMILARITY))
    )
    return NameMatch(candidates=codes, nearest=nearest)
