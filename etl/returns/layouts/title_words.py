"""Read what a sentence says about numbers: a title, a note, a section of rows, or the name beside a code."""

import re
from dataclasses import dataclass
from functools import lru_cache

from etl.indicators.periods import Calendar
from etl.returns.layouts.heading_words import (
    NOT_RESULTS,
    HeadingKind,
    remove_fillers,
    split_heading_words,
)
from etl.returns.layouts.matching import normalize_text
from etl.returns.layouts.table_periods import read_period


def _compile(latin: str, *khmer: str) -> re.Pattern[str]:
    """Return a pattern of whole Latin words and of Khmer words, which have no spaces between them."""
    pattern = "|".join((rf"(?<![a-z])(?:{latin})(?![a-z])", *khmer))
    return re.compile(re.sub("[\u1780-\u17d3]+", lambda word: normalize_text(word[0]), pattern))


_KINDS_OF_PLANS = (
    r"annual|yearly|quarterly|monthly|weekly|seasonal|semester|work|working|operational|operations?|action|activity"
    r"|activities|implementation|field|production|procurement"
)
_PLAN = _compile(
    rf"(?:(?:{_KINDS_OF_PLANS})[- ])+plan(?:s|ning)?|workplans?|awpb?|aop|(?<!as )(?<!than )planned"
    r"|plans? of (?:work|action|operations?|activities)|plans? (?:and|&) budgets?"
    r"|to be [a-z]+(?:ed|en|wn|lt|nt|ld|ght|ne|de)",
    *(f"ផែនការ ?(?={word})" for word in ("សកម្មភាព", "ការងារ", "ប្រចាំ", "ប្រតិបត្តិ", "អនុវត្ត", "ថវិកា", "ឆ្នាំ", "ត្រីមាស", "20")),
)
"""Plans of work: their numbers are planned. The plan that a table reports on, such as a strategic plan, is none."""
_PLANNING = _compile(
    r"(?<!ministry of )(?<!department of )planning(?! (?:departments?|units?|offices?|divisions?|and (?:m|e)))"
)
_REPORT = _compile(
    r"progress|reports?|reported|monitoring|m ?& ?e|tracking|tracker|status|reviews?|evaluation|against|versus|vs"
    r"|implementation of|rapports?|suivi|bilan",
    *("របាយការណ៍", "វឌ្ឍនភាព", "តាមដាន", "លទ្ធផល", "ការអនុវត្ត"),
)
"""Words of titles of reports: a plan that they name is compared with results."""
_EXPECTED_RESULTS = _compile(
    r"(?:expected|planned|projected|anticipated|intended|targeted|forecast)"
    r" (?:results?|achievements?|accomplishments?|performance|values?)"
)
_WEAK = _compile(
    r"plans?|planning|goals?|objectives?|objectifs?|budget(?:ed)?|quotas?|benchmarks?|indicative|expected|rates?|ratios?"
    r"|new|old|original|initial|draft|estimated|estimates?|updated|updates?|verified|audited|balances?|gaps?|base|remaining"
    r"|base(?:line)? (?:year|date|survey|study)|targeted|target (?:groups?|areas?|populations?|beneficiaries|sites?"
    r"|provinces?|districts?|communes?|villages?|crops?)|non[- ]?cumulative|(?:as|than) planned",
    *("ផែនការ", "គោលបំណង", "ថ្មី", "មុន"),
)
"""Words and phrases that say what the numbers are only as the heading of a column."""
_NEUTRAL = _compile(
    r"only|figures?|numbers?|values?|data|amounts?|counts?|statistics|participants?|people|persons?|farmers?|beneficiaries"
    r"|trainees?|individuals?|members?|attendees|tables?|sheet|part|section|annex|all|these|this|are|is|shown?|shows|and"
    r"|notes?|nb|remark|uniquement|seulement|participantes?|personnes?|seules?",
    *("តែប៉ុណ្ណោះ", "ប៉ុណ្ណោះ", "អ្នកចូលរួម", "កសិករ", "តួលេខ", "ទិន្នន័យ", "កំណត់សម្គាល់", "សម្គាល់"),
)
"""Words that say nothing about numbers by themselves."""
_ONLY = _compile(r"only|uniquement|seulement", "តែប៉ុណ្ណោះ", "ប៉ុណ្ណោះ")
_NUMBERS = _compile(
    r"figures?|numbers?|values?|data|amounts?|statistics|chiffres|donn[ée]es|valeurs", "តួលេខ", "ទិន្នន័យ", "តម្លៃ"
)
_NUMBERING = re.compile(
    r"^(?:(?:table|tableau|part|section|annex|sheet|note|notes|nb) ?)?(?:[0-9]+(?:\.[0-9]+)*|[a-h]|[ivx]+)?[.:)\]]+ ?"
)
_STATEMENT = re.compile(
    r"^(?:(?:strategic|specific|overall|general|immediate|intermediate|expected) )*"
    r"(?:objectives?|outcomes?|outputs?|goals?|components?|results?|indicators?|programmes?|pillars?|strategy|so|ir|er|op)"
    r" ?(?:[0-9]+(?:[.-][0-9]+)*[a-z]?)? ?(?:[:.)-]|$)"
)
"""The beginning of a statement of a results framework, which may speak of targets without saying what numbers are."""
_PLACES = ("ទីតាំង", "ស្ថានីយ", "ខេត្ត", "ស្រុក", "ឃុំ", "ភូមិ", "តំបន់", "ទីកន្លែង")
_ALL_SITES = _compile(
    r"(?:all|every|each of the|total of(?: the)?|sum of(?: the)?) (?:the )?(?:\w+ )?"
    r"(?:sites?|stations?|locations?|provinces?|districts?|centres|centers|places)"
    r"|(?:all|whole)[- ]country|nation[- ]?wide|national totals?|tous les sites|toutes les stations",
    *(f"គ្រប់ ?{place}" for place in _PLACES),
    *(f"{place}[^ ]{{0,12}}ទាំងអស់" for place in _PLACES),
    "ទូទាំងប្រទេស",
)
_SUMMARIES = _compile(
    r"summary|(?:grand |overall )?totals?|overall|consolidated|consolidation|combined|aggregated?|all|synth[eè]se"
    r"|r[ée]capitulatif",
    *("សរុបរួម", "សរុប", "សង្ខេប", "រួម"),
)
_PLACE = _compile(
    r"(?:provinces?|districts?|communes?|villages?|sites?|stations?|locations?) ?[:=].+"
    r"|(?:province|district|commune|village) of .+|.+ (?:province|district|commune|village)",
    *(f"^{place}.+" for place in _PLACES),
)
_SHORT = 4
"""So many words say by themselves what the numbers of a table are."""


@dataclass(frozen=True)
class TitleWords:
    """What a text says: kinds of numbers, and the words that are neither those, a period nor neutral."""

    kinds: frozenset[HeadingKind]
    rest: str
    is_only: bool = False
    """Whether it says "only"."""

    @property
    def not_result(self) -> HeadingKind | None:
        """The kind that says that the numbers are no results of a quarter, if any."""
        kinds = (*NOT_RESULTS, HeadingKind.CUMULATIVE, HeadingKind.YEAR_TO_DATE)
        kind = next((kind for kind in kinds if kind in self.kinds), None)
        return None if kind in NOT_RESULTS and HeadingKind.RESULT in self.kinds else kind


@lru_cache(maxsize=4096)
def find_sentence_kinds(text: str) -> frozenset[HeadingKind]:
    """Return the kinds of the words in a title or a name that can mean nothing else in a sentence."""
    sentence = normalize_text(text)
    without_weak = _WEAK.sub(" ", _PLAN.sub(" ", sentence))
    kinds = split_heading_words(without_weak).kinds
    return kinds | {HeadingKind.TARGET} if _PLAN.search(sentence) else kinds


def read_title(text: str, calendar: Calendar) -> TitleWords:
    """Return what a text around a table says about its numbers."""
    title = _NUMBERING.sub("", normalize_text(text))
    words = split_heading_words(title)
    rest = remove_neutral_words(read_period(words.rest, calendar).rest)
    is_only = _ONLY.search(title) is not None
    if not rest:
        kinds = words.kinds - {HeadingKind.RESULT} if _EXPECTED_RESULTS.search(title) else words.kinds
        return TitleWords(kinds, rest, is_only)
    if _STATEMENT.search(title):
        return TitleWords(frozenset(), rest, is_only)
    kinds = find_sentence_kinds(title) - {HeadingKind.PERCENT, HeadingKind.PREVIOUS}
    without_plan = find_sentence_kinds(_PLAN.sub(" ", title))
    if _REPORT.search(title):
        if HeadingKind.TARGET not in without_plan:
            kinds -= {HeadingKind.TARGET}
    elif _PLANNING.search(title):
        kinds |= {HeadingKind.TARGET}
    if HeadingKind.RESULT in words.kinds:
        kinds |= {HeadingKind.RESULT}
    return TitleWords(kinds, rest, is_only)


def is_about_numbers(text: str, calendar: Calendar) -> bool:
    """Whether a text below a table says what its numbers are, rather than something about a target or a site."""
    title = _NUMBERING.sub("", normalize_text(text))
    if not read_title(text, calendar).rest or _NUMBERS.search(title) or _ONLY.search(title):
        return True
    return len(title.split()) <= _SHORT or _PLAN.search(title) is not None


def remove_neutral_words(text: str) -> str:
    """Return the text without words such as "figures", "people" and "only", which name no part by themselves."""
    return remove_fillers(_NEUTRAL.sub(" ", remove_fillers(text)))


def names_all_sites(text: str, calendar: Calendar, *, reads_summaries: bool = True) -> bool:
    """Whether a text says that numbers are totals of all sites: `All sites`, or `Summary` and nothing else."""
    title = normalize_text(text)
    if _ALL_SITES.search(title) or not reads_summaries:
        return _ALL_SITES.search(title) is not None
    rest = _SUMMARIES.sub(" ", title)
    return rest != title and not remove_neutral_words(read_period(rest, calendar).rest)


def names_place(text: str) -> bool:
    """Whether a short text names a province, a district or another place: `Battambang province`."""
    title = normalize_text(text)
    return len(title.split()) <= _SHORT and _PLACE.fullmatch(title) is not None
