"""What somebody typed, as it is put into a fresh form: their own writing, and never more acceptable than it was."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from etl.returns.findings.finding import Finding
from etl.returns.form.parsed_return import ParsedCell, ParsedReturn
from etl.returns.numbers import NumberState

DOUBT_MARK = "?"
"""Stands before what was refused for its place, not its writing; it keeps the cell refused until a person decides."""

_PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?", re.ASCII)
_REFUSED_AS_TEXT = frozenset(
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
    )
)
"""Codes whose fault is in the letters themselves: written as text again, they are found again."""
_REFUSED_AS_NUMBER = frozenset(("number-below-minimum", "number-not-whole"))
_NOISE = Decimal("1e-9")


def collect_original_entries(parsed: ParsedReturn, findings: Iterable[Finding]) -> dict[str, object]:
    """What stood in each value cell, by key: a number as a number, all else as text; blank cells are left out.

    Where only the place was at fault (a formula, merged cells, a key that was changed or stood twice), the fresh form
    would heal the fault unseen, so the entry gets a question mark before it and is refused until somebody decides.
    """
    by_key: defaultdict[str, dict[str, Finding]] = defaultdict(dict)
    for finding in findings:
        by_key[finding.key][finding.code] = finding
    entries = {str(cell.key): _entry(cell, by_key[str(cell.key)]) for cell in parsed.cells}
    return {key: entry for key, entry in entries.items() if entry != ""}


def _entry(cell: ParsedCell, faults: Mapping[str, Finding]) -> object:
    twice = faults.get("key-twice-different")
    if twice is not None:
        said = dict(twice.parameters)
        return f"{DOUBT_MARK} {said['first']} / {said['second']}"
    if cell.state is NumberState.UNREADABLE:
        return _refused(cell.raw, faults)
    is_number = cell.value is not None and "number-as-text" not in faults and _PLAIN.fullmatch(cell.raw)
    if is_number and cell.value is not None and abs(Decimal(cell.raw) - cell.value) < _NOISE:
        return Decimal(cell.raw)
    return cell.raw


def _refused(raw: str, faults: Mapping[str, Finding]) -> object:
    percent = faults.get("number-percent")
    if percent is not None:
        # A share that only its format showed as one would pass for a plain number.
        return raw if "%" in raw else dict(percent.parameters)["found"]
    if _REFUSED_AS_TEXT & faults.keys():
        return raw
    if _REFUSED_AS_NUMBER & faults.keys():
        return Decimal(raw) if _PLAIN.fullmatch(raw) else raw
    return f"{DOUBT_MARK} {raw}".strip()
