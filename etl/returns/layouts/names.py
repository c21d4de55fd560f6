"""Which number of the plan a row means, and which site a text names: by code, by name in any language, by alias."""

from dataclasses import dataclass
from difflib import get_close_matches

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import DENOMINATOR, NUMERATOR, CellKey, parse_key
from etl.returns.layouts.layout import AliasKind, Layout
from etl.returns.layouts.matching import NameIndex, compact_text

_CLOSE = 0.75


@dataclass(frozen=True)
class NameMatch:
    """What a text means: one code, or none; then several that it could mean, or the nearest to it."""

    code: str = ""
    candidates: tuple[str, ...] = ()
    nearest: str = ""

    @property
    def is_known(self) -> bool:
        return bool(self.code)


class SiteNames:
    """The plan's sites by code, name and alias."""

    def __init__(self, plan: Plan, layout: Layout) -> None:
        self._book = NameIndex()
        for site in plan.sites:
            for name in (site.code, site.name.en, site.name.km):
                self._book.add(name, site.code)
        for alias in plan.aliases:
            self._book.add(alias.alias, alias.site)
        for other, code in layout.aliases.get(AliasKind.SITE, {}).items():
            self._book.add(other, code)

    def find(self, text: str) -> NameMatch:
        return _named(self._book, text)


class NumberNames:
    """The plan's indicators and parts by code, key, name and alias."""

    def __init__(self, plan: Plan, layout: Layout) -> None:
        self.plan = plan
        self._indicators = NameIndex()
        self._parts: dict[str, NameIndex] = {}
        for indicator in plan.indicators:
            for name in (indicator.code, indicator.name.en, indicator.name.km):
                self._indicators.add(name, indicator.code)
            self._parts[indicator.code] = self._part_names(indicator.code, layout)
        for other, code in layout.aliases.get(AliasKind.INDICATOR, {}).items():
            self._indicators.add(other, code)

    def _part_names(self, code: str, layout: Layout) -> NameIndex:
        indicator = self.plan.indicator_by_code[code]
        book = NameIndex()
        if indicator.is_ratio:
            for name, words in ((NUMERATOR, indicator.numerator), (DENOMINATOR, indicator.denominator)):
                for text in (name, words.en, words.km):
                    book.add(text, name)
            return book
        parts = self.plan.parts_of(code)
        for part in parts:
            for text in (part.key, part.category, part.label.en, part.label.km):
                book.add(text, part.key)
        for other, key in layout.aliases.get(AliasKind.PART, {}).items():
            if any(part.key == key for part in parts):
                book.add(other, key)
        return book

    def find_indicator(self, text: str) -> NameMatch:
        """The indicator of a text; a whole key, such as `SO3-01/sex/women`, is its code with a part."""
        found = _named(self._indicators, text)
        if found.is_known or "/" not in text:
            return found
        key = parse_key(compact_text(text))
        codes = {compact_text(code): code for code in self.plan.indicator_by_code}
        return NameMatch(codes[key.indicator]) if key.indicator in codes else found

    def find_part(self, indicator: str, text: str) -> NameMatch:
        """The part of an indicator that a text names."""
        return _named(self._parts[indicator], text)

    def find_key(self, text: str) -> CellKey | None:
        """The whole key that a text spells, if the plan has it."""
        head, slash, part = text.partition("/")
        indicator = self.find_indicator(head)
        if not slash or not indicator.is_known:
            return None
        found = self.find_part(indicator.code, part)
        return CellKey(indicator.code, found.code) if found.is_known else None


def _named(book: NameIndex, text: str) -> NameMatch:
    codes = book.find(text)
    if len(codes) == 1:
        return NameMatch(codes[0])
    nearest = (
        "" if codes else book.find_nearest(text, lambda one, known: get_close_matches(one, known, n=1, cutoff=_CLOSE))
    )
    return NameMatch(candidates=codes, nearest=nearest)
