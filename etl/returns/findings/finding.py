"""What was found in a file: code, place and parameters; its words in each language; how a list of them is shown."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from etl.indicators.vocabulary import LocalizedText
from etl.locale import LANGUAGES, Locale
from etl.returns.findings import check_findings, file_findings, form_findings, layout_findings, number_findings
from etl.returns.findings.kind import FindingKind, Severity

__all__ = [
    "CATALOGUE",
    "MAX_LISTED_FINDINGS",
    "Finding",
    "FindingList",
    "Severity",
    "render_advice",
    "serialize_finding",
    "make_finding",
    "render_message",
]

MAX_LISTED_FINDINGS = 500

CATALOGUE: dict[str, FindingKind] = {
    kind.code: kind
    for kinds in (
        file_findings.KINDS,
        form_findings.KINDS,
        number_findings.KINDS,
        check_findings.KINDS,
        layout_findings.KINDS,
    )
    for kind in kinds
}
"""Every kind of finding by its code, in the order of the documentation."""

_MISSING = "?"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell the sender. Places that don't apply are blank; parameters fill the message."""

    code: str
    severity: Severity
    sheet: str = ""
    cell: str = ""
    key: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    suggestion: str = ""

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


@dataclass(frozen=True)
class FindingList:
    """A sorted list of findings, cut at what a person can take in, with the count of all."""

    findings: tuple[Finding, ...]
    total: int
    counts: tuple[tuple[Severity, int], ...]
    """Every severity in order, zeros included."""

    @property
    def is_blocking(self) -> bool:
        return any(count for severity, count in self.counts if severity is Severity.ERROR)


def make_finding(
    code: str, *, sheet: str = "", cell: str = "", key: str = "", suggestion: str = "", **parameters: object
) -> Finding:
    """A finding of a kind in the catalogue; KeyError for a code that isn't there.

    Words of the plan are kept in both languages: `label` in English, `label_km` in Khmer.
    """
    texts = tuple(_texts(parameters))
    kind = CATALOGUE[code]
    return Finding(kind.code, kind.severity, sheet, cell, key, texts, suggestion)


def render_message(finding: Finding, locale: Locale) -> str:
    """What is wrong, in one sentence."""
    return _said(CATALOGUE[finding.code].problem, finding, locale)


def render_advice(finding: Finding, locale: Locale) -> str:
    """What to do about it."""
    return _said(CATALOGUE[finding.code].advice, finding, locale)


def serialize_finding(finding: Finding, locale: Locale) -> dict[str, object]:
    """The finding as JSON takes it, with its words in the language."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "key": finding.key,
        "message": render_message(finding, locale),
        "advice": render_advice(finding, locale),
        "suggestion": finding.suggestion,
        "parameters": dict(finding.parameters),
    }


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, then by sheet and cell in reading order; the same finding is kept once."""
    return tuple(sorted(dict.fromkeys(findings), key=_order))


def list_findings(findings: Iterable[Finding], *, limit: int = MAX_LISTED_FINDINGS) -> FindingList:
    """The findings as they are shown: sorted, cut at `at_most`, all of them counted."""
    everything = sort_findings(findings)
    by_severity = Counter(finding.severity for finding in everything)
    counts = tuple((severity, by_severity[severity]) for severity in Severity)
    return FindingList(everything[:limit], len(everything), counts)


def _said(text: str, finding: Finding, locale: Locale) -> str:
    # Words of the plan are said in the reader's language.
    own = dict(finding.parameters)
    suffix = f"_{locale.language}"
    own |= {name.removesuffix(suffix): said for name, said in finding.parameters if name.endswith(suffix)}
    # A blank place or suggestion is said as a question mark: a sentence must never lose its object.
    places = {
        "sheet": finding.sheet or _MISSING,
        "cell": finding.cell or _MISSING,
        "key": finding.key or _MISSING,
        "suggestion": finding.suggestion or _MISSING,
    }
    translate = locale.gettext
    return translate(text, **{**places, **own})


def _texts(parameters: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in parameters.items():
        if isinstance(value, LocalizedText):
            yield name, value.en
            yield from ((f"{name}_{language}", value.in_language(language)) for language in LANGUAGES[1:])
        else:
            yield name, str(value)


def _order(finding: Finding) -> tuple[int, str, int, int, str, str]:
    letters = finding.cell.rstrip("0123456789")
    digits = finding.cell[len(letters) :]
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return (finding.severity.rank, finding.sheet, int(digits or 0), column, finding.code, finding.key)
