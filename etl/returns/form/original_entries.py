"""Collect the entries of an uploaded return for a new form. No rejected entry becomes acceptable."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from etl.returns.findings.finding import Finding
from etl.returns.form.parsed_return import ParsedCell, ParsedReturn
from etl.returns.numbers import NumberState

DOUBT_MARK = "?"
"""Prefix of entries that were rejected for their location. It keeps the cell rejected until a person decides."""

_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?", re.ASCII)
_REJECTED_AS_TEXT = frozenset(
    (
        "number-ambiguous",
        "number-date",
        "number-error-cell",
        "number-foreign-digits",
        "number-none-word",
        "number-not-finite",
        "number-other-unit",
        "number-too-long",
        "number-unreadable",
        "stage-unknown",
    )
)
"""Codes of faults in the text itself: the same text is rejected again."""
_REJECTED_AS_NUMBER = frozenset(("number-above-maximum", "number-below-minimum", "number-not-whole"))
_FLOAT_TOLERANCE = Decimal("1e-9")


def collect_original_entries(parsed_return: ParsedReturn, findings: Iterable[Finding]) -> dict[str, object]:
    """Return the entries of a return by written key: numbers as numbers, everything else as text, no blanks.

    A new form would hide a fault of the location (a formula, merged cells, a changed or duplicate key). Such an entry
    gets a question mark before it, so that it stays rejected until a person decides.
    """
    by_key: defaultdict[str, dict[str, Finding]] = defaultdict(dict)
    for finding in findings:
        by_key[finding.key][finding.code] = finding
    entries = {str(cell.key): _get_entry(cell, by_key[str(cell.key)]) for cell in parsed_return.cells}
    return {key: entry for key, entry in entries.items() if entry != ""}


def _get_entry(cell: ParsedCell, findings: Mapping[str, Finding]) -> object:
    duplicate = findings.get("key-twice-different")
    if duplicate is not None:
        parameters = dict(duplicate.parameters)
        return f"{DOUBT_MARK} {parameters['first']} / {parameters['second']}"
    if cell.state is NumberState.UNREADABLE:
        return _get_rejected_entry(cell.raw, findings)
    is_number = cell.value is not None and "number-as-text" not in findings and _PLAIN_NUMBER.fullmatch(cell.raw)
    if is_number and cell.value is not None and abs(Decimal(cell.raw) - cell.value) < _FLOAT_TOLERANCE:
        return Decimal(cell.raw)
    return cell.raw


def _get_rejected_entry(raw: str, findings: Mapping[str, Finding]) -> object:
    percent = findings.get("number-percent")
    if percent is not None:
        # A percentage that is one by its number format would otherwise become a plain number.
        return raw if "%" in raw else dict(percent.parameters)["found"]
    if _REJECTED_AS_TEXT & findings.keys():
        return raw
    if _REJECTED_AS_NUMBER & findings.keys():
        return Decimal(raw) if _PLAIN_NUMBER.fullmatch(raw) else raw
    return f"{DOUBT_MARK} {raw}".strip()
