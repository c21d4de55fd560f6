"""The words of headings and row labels in tracking tables: results, targets, baselines, totals, men and women.

A word that marks anything but a result is never read as a result. A word that is not listed here is not understood.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from etl.returns.layouts.matching import normalize_text
from etl.returns.reasons import Reason


class HeadingKind(StrEnum):
    """What the words of a heading say about its numbers."""

    RESULT = "result"
    TARGET = "target"
    BASELINE = "baseline"
    LIFE = "life"
    """A target or total of the whole project."""
    VARIANCE = "variance"
    PERCENT = "percent"
    PREVIOUS = "previous"
    YEAR_TO_DATE = "year_to_date"
    CUMULATIVE = "cumulative"
    """Cumulative since an unknown date."""
    REVISED = "revised"
    TOTAL = "total"
    MALE = "male"
    FEMALE = "female"
    AVERAGE = "average"


NOT_RESULTS = (
    HeadingKind.BASELINE,
    HeadingKind.LIFE,
    HeadingKind.VARIANCE,
    HeadingKind.PERCENT,
    HeadingKind.TARGET,
    HeadingKind.PREVIOUS,
    HeadingKind.AVERAGE,
)
"""Kinds of numbers that are never results, the most specific first."""

REASON_BY_KIND = {
    HeadingKind.BASELINE: Reason.BASELINE,
    HeadingKind.LIFE: Reason.LIFE,
    HeadingKind.VARIANCE: Reason.VARIANCE,
    HeadingKind.PERCENT: Reason.PERCENT,
    HeadingKind.TARGET: Reason.TARGET,
    HeadingKind.PREVIOUS: Reason.PREVIOUS,
    HeadingKind.AVERAGE: Reason.AVERAGE,
    HeadingKind.CUMULATIVE: Reason.CUMULATIVE,
    HeadingKind.YEAR_TO_DATE: Reason.CUMULATIVE,
    HeadingKind.REVISED: Reason.REVISED,
    HeadingKind.TOTAL: Reason.TOTAL,
}

SEXES = (HeadingKind.FEMALE, HeadingKind.MALE)

_LATIN_WORDS: tuple[tuple[HeadingKind, str], ...] = (
    (HeadingKind.YEAR_TO_DATE, r"year[- ]to[- ]date|ytd|since (?:1 )?january(?: 1)?|depuis (?:le 1er )?janvier"),
    (
        HeadingKind.LIFE,
        r"lop|loa|eop|eol|lops|(?:life|end)[- ]of[- ](?:the[- ])?(?:project|plan|program(?:me)?|activity|award)"
        r"|endlines?|overall targets?|final targets?|whole project|fin (?:de|du) projet",
    ),
    (HeadingKind.PERCENT, r"percent(?:age)?s?|per ?cent|pct|pourcentages?|rates?|ratios?|taux|achievement rates?"),
    (
        HeadingKind.VARIANCE,
        r"variances?|deviations?|differences?|diff|gaps?|over/?under|shortfalls?|remaining|[ée]carts?|balances?",
    ),
    (
        HeadingKind.BASELINE,
        r"baselines?|base[- ]?(?:value|year|data|line)|starting value|valeurs? de (?:base|r[ée]f[ée]rence)|base",
    ),
    (
        HeadingKind.TARGET,
        r"targets?|targeted|tgts?|fcst|objs?|work ?plans?|awpb?|plans?|planned|planning|anticipated"
        r"|goals?|milestones?|expected|forecasts?|projected|projections?|budget(?:ed)?"
        r"|objectives?|objectifs?|cibles?|pr[ée]vus?|pr[ée]vues?|pr[ée]vision|planifi[ée]e?s?|indicative|benchmarks?|quotas?",
    ),
    (
        HeadingKind.CUMULATIVE,
        r"cumulatives?|cumulatively|cumulated|cumulation|cumul[ée]?e?s?|cumulatif|cum"
        r"|accumulat(?:ed|ive|ion)|running (?:totals?|sums?)|(?:to|till)[- ]date|so far"
        r"|progressive|by(?= (?:the )?(?:end|q ?[1-4]|quarter|[1-4](?:st|nd|rd|th)? ?q|20[0-9]{2}))",
    ),
    (
        HeadingKind.REVISED,
        r"revised|revisions?|corrected|corrections?|updated|updates?|adjusted|amended|restated|new|old|original|initial"
        r"|preliminary|provisional|draft|estimated|estimates?|verified|audited|rev|r[ée]vis[ée]e?s?|corrig[ée]e?s?",
    ),
    (HeadingKind.PREVIOUS, r"previous|prior|last (?:year|quarter|period)|pr[ée]c[ée]dente?"),
    (HeadingKind.AVERAGE, r"averages?|avg|mean|medians?|minimums?|maximums?|min|max|moyennes?"),
    (
        HeadingKind.RESULT,
        r"actuals?|acts?|achieved|achievements?|accomplishments?|accomplished|results?|reported|values?|realis[ée]d?|realized"
        r"|r[ée]alis[ée]e?s?|r[ée]alisations?|r[ée]sultats?|performance|completed|attained|atteints?|valeurs?|delivered"
        r"|real|r[ée]els?",
    ),
    (HeadingKind.FEMALE, r"females?|women|woman|girls?|femmes?|filles?|f"),
    (HeadingKind.MALE, r"males?|men|man|boys?|hommes?|gar[çc]ons?|m"),
    (
        HeadingKind.TOTAL,
        r"(?:grand|sub|annual|year|yearly|overall)?[- ]?totals?|annual|whole year|full year|all sites|sums?|both|all"
        r"|tot|ensemble|annuel",
    ),
)
_KHMER_WORDS: tuple[tuple[HeadingKind, tuple[str, ...]], ...] = (
    (HeadingKind.YEAR_TO_DATE, ("គិតពីដើមឆ្នាំ", "តាំងពីដើមឆ្នាំ", "គិតចាប់ពីដើមឆ្នាំ")),
    (HeadingKind.LIFE, ("ចុងគម្រោង", "ពេញមួយគម្រោង", "ចុងផែនការ")),
    (HeadingKind.PERCENT, ("ភាគរយ", "អត្រា")),
    (HeadingKind.VARIANCE, ("គម្លាត", "ភាពខុសគ្នា", "លម្អៀង", "នៅសល់")),
    (HeadingKind.BASELINE, ("តម្លៃដើម", "តម្លៃមូលដ្ឋាន", "ទិន្នន័យមូលដ្ឋាន", "ទិន្នន័យគោល", "តម្លៃគោល")),
    (HeadingKind.TARGET, ("គោលដៅ", "ផែនការ", "គោលបំណង", "រំពឹងទុក", "ចំណុចដៅ", "គម្រោងទុក")),
    (HeadingKind.CUMULATIVE, ("បូកបន្ត", "សរុបបន្ត", "រហូតមកដល់", "រហូតដល់", "បង្គរ")),
    (HeadingKind.REVISED, ("កែសម្រួល", "កែតម្រូវ", "កែប្រែ", "បណ្តោះអាសន្ន", "ធ្វើបច្ចុប្បន្នភាព", "ថ្មី")),
    (HeadingKind.PREVIOUS, ("មុន",)),
    (HeadingKind.AVERAGE, ("មធ្យម", "អតិបរមា", "អប្បបរមា")),
    (HeadingKind.RESULT, ("លទ្ធផលសម្រេចបាន", "លទ្ធផល", "សម្រេចបាន", "តម្លៃ", "ជាក់ស្តែង", "អនុវត្តបាន", "បានអនុវត្ត")),
    (HeadingKind.FEMALE, ("ស្រ្តី", "ស្ត្រី", "នារី", "ស្រី")),
    (HeadingKind.MALE, ("បុរស", "ប្រុស")),
    (HeadingKind.TOTAL, ("សរុបប្រចាំឆ្នាំ", "សរុប", "ប្រចាំឆ្នាំ", "ទាំងអស់", "ពេញមួយឆ្នាំ")),
)
_OTHER_WORDS = {
    HeadingKind.PERCENT: "|%",
    HeadingKind.RESULT: f"|(?<![\u1780-\u17d3]){normalize_text('អនុវត្ត')}(?![\u1780-\u17d3])",
}
"""Signs, and a word that names results only where it stands alone: in longer words it names a plan or a practice."""
_FILLER = re.compile(
    r"(?:\b(?:of|the|which|for|in|by|at|on|a|de|la|le|du|des|who are|sex|against|vs|versus|number|no|nb|nombre)\b"
    r"|ក្នុងនោះ|ចំនួន|នៃ|[-/.,:;'()\[\]*#+&|_]|\s)+"
)


_PART = re.compile(r"^(?:of which|including|dont|parmi lesquels)(?![a-z])|^ក្នុងនោះ")
_SCALE = re.compile(
    r"(?<![a-z])(?:(?:in|x|×) ?(?:hundreds|thousands|millions)|(?:hundreds|thousands|millions) of|en mill(?:iers|ions))"
    r"(?![a-z])|(?<![0-9])[x×]? ?'?1?[ ,.]?000(?![0-9,.])(?= |$|\))|ជាពាន់|ជាលាន"
)


@dataclass(frozen=True)
class HeadingWords:
    """The kinds of the words of a text, and the words that are not understood."""

    kinds: frozenset[HeadingKind] = frozenset()
    rest: str = ""

    @property
    def not_result(self) -> HeadingKind | None:
        """The kind that says that the numbers are not results, if any."""
        return next((kind for kind in NOT_RESULTS if kind in self.kinds), None)

    def is_only(self, *kinds: HeadingKind) -> bool:
        """Whether the text consists of words of these kinds and nothing else."""
        return bool(self.kinds) and not self.rest and self.kinds <= set(kinds)


def _compile() -> tuple[tuple[HeadingKind, re.Pattern[str]], ...]:
    khmer = {kind: "|".join(map(re.escape, map(normalize_text, words))) for kind, words in _KHMER_WORDS}
    patterns = []
    for kind, latin in _LATIN_WORDS:
        others = _OTHER_WORDS.get(kind, "") + (f"|{khmer[kind]}" if kind in khmer else "")
        patterns.append((kind, re.compile(rf"(?<![a-z\u00e0-\u00ff])(?:{latin})(?![a-z\u00e0-\u00ff]){others}")))
    return tuple(patterns)


_PATTERNS = _compile()


@lru_cache(maxsize=4096)
def read_heading_words(text: str) -> HeadingWords:
    """Return the kinds of the words in a text, in English, French or Khmer."""
    words = split_heading_words(text)
    return HeadingWords(words.kinds, remove_fillers(words.rest))


@lru_cache(maxsize=4096)
def split_heading_words(text: str) -> HeadingWords:
    """Return the same with everything else in `rest`, such as a period."""
    remaining = normalize_text(text)
    kinds: set[HeadingKind] = set()
    for kind, pattern in _PATTERNS:
        if pattern.search(remaining):
            kinds.add(kind)
            remaining = pattern.sub(" ", remaining)
    return HeadingWords(frozenset(kinds), remaining)


def names_part(text: str) -> bool:
    """Whether a heading says that its numbers are part of others: `of which youth`."""
    return _PART.search(normalize_text(text)) is not None


def remove_part_words(text: str) -> str:
    """Return `youth` for `of which youth`."""
    return _PART.sub("", normalize_text(text)).strip()


def names_scale(text: str) -> bool:
    """Whether a text says that numbers are written in thousands or the like."""
    return _SCALE.search(normalize_text(text)) is not None


def remove_fillers(text: str) -> str:
    """Return the text without words and signs that mean nothing by themselves."""
    return _FILLER.sub(" ", text).strip()
