"""Findings about a file: code, location and parameters; their messages in each language; sorting and listing."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from etl.indicators.periods import parse_quarter
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
"""All kinds of findings by code, in the order of docs/findings.md."""

_UNKNOWN = "?"
_QUARTER = re.compile(r"(?<![\w-])[0-9]{4}Q[1-4](?![\w-])")
_QUARTER_PARAMETERS = frozenset(("active", "chosen", "period"))
"""The parameters that hold quarters, besides those whose name ends with `quarter`. Others may quote a file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem or note for the sender. Locations that do not apply are blank; parameters fill the message."""

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
    """A sorted list of findings, truncated for display, with the count of all."""

    findings: tuple[Finding, ...]
    total: int
    counts: tuple[tuple[Severity, int], ...]
    """The count of each severity in order, including zeros."""

    @property
    def is_blocking(self) -> bool:
        return any(count for severity, count in self.counts if severity is Severity.ERROR)


def make_finding(
    code: str, *, sheet: str = "", cell: str = "", key: str = "", suggestion: str = "", **parameters: object
) -> Finding:
    """Make a finding of a kind in the catalogue. Raises KeyError for an unknown code.

    A parameter of type `LocalizedText` is stored in both languages: `label` in English, `label_km` in Khmer.
    """
    texts = tuple(_flatten_parameters(parameters))
    kind = CATALOGUE[code]
    return Finding(kind.code, kind.severity, sheet, cell, key, texts, suggestion)


def render_message(finding: Finding, locale: Locale) -> str:
    """Render what is wrong, in one sentence."""
    return _render(CATALOGUE[finding.code].problem, finding, locale)


def render_advice(finding: Finding, locale: Locale) -> str:
    """Render what to do about it."""
    kind = CATALOGUE[finding.code]
    is_incomplete = ("{suggestion}" in kind.advice and not finding.suggestion) or (
        "{cell}" in kind.advice and not finding.cell
    )
    return _render(kind.other_advice if kind.other_advice and is_incomplete else kind.advice, finding, locale)


def serialize_finding(finding: Finding, locale: Locale) -> dict[str, object]:
    """Convert the finding to values that JSON can represent, with message and advice in the language."""
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
    """Sort by severity, then by sheet and cell in row order, and remove duplicates."""
    return tuple(sorted(dict.fromkeys(findings), key=_sort_key))


def list_findings(findings: Iterable[Finding], *, limit: int = MAX_LISTED_FINDINGS) -> FindingList:
    """Sort the findings, count them by severity, and truncate the list at `limit`."""
    sorted_findings = sort_findings(findings)
    by_severity = Counter(finding.severity for finding in sorted_findings)
    counts = tuple((severity, by_severity[severity]) for severity in Severity)
    return FindingList(sorted_findings[:limit], len(sorted_findings), counts)


def _render(msgid: str, finding: Finding, locale: Locale) -> str:
    # Prefer a parameter's translation, such as `label_km`.
    parameters = dict(finding.parameters)
    suffix = f"_{locale.language}"
    parameters |= {name.removesuffix(suffix): text for name, text in finding.parameters if name.endswith(suffix)}
    parameters = {name: _format_quarters(name, text, locale) for name, text in parameters.items()}
    # A blank location or suggestion becomes a question mark, so that the sentence stays complete.
    locations = {
        "sheet": finding.sheet or _UNKNOWN,
        "cell": finding.cell or _UNKNOWN,
        "key": finding.key or _UNKNOWN,
        "suggestion": finding.suggestion or _UNKNOWN,
    }
    return locale.gettext(msgid, **{**locations, **parameters})


def _format_quarters(name: str, text: str, locale: Locale) -> str:
    """Return a parameter with its quarters as pages display them."""
    if not name.endswith("quarter") and name not in _QUARTER_PARAMETERS:
        return text
    return _QUARTER.sub(lambda match: locale.format_quarter(parse_quarter(match[0])), text)


def _flatten_parameters(parameters: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in parameters.items():
        if isinstance(value, LocalizedText):
            yield name, value.en
            yield from ((f"{name}_{language}", value.get_text(language)) for language in LANGUAGES[1:])
        else:
            yield name, str(value)


def _sort_key(finding: Finding) -> tuple[int, str, int, int, str, str]:
    letters = finding.cell.rstrip("0123456789")
    digits = finding.cell[len(letters) :]
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return (finding.severity.rank, finding.sheet, int(digits or 0), column, finding.code, finding.key)
