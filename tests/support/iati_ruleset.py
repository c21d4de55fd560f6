"""Check an IATI file by the standard ruleset, whose rules are in `iati_rules.toml`, and break its rules one by one."""

import re
import tomllib
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

RULES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("iati_rules.toml").read_text("utf-8"))["rules"]
_XML = {"xml": "http://www.w3.org/XML/1998/namespace"}


def list_broken_rules(xml: bytes, today: date) -> list[str]:
    """Return the identifiers of the rules that the file breaks."""
    root = etree.fromstring(xml)
    return [
        rule["id"]
        for rule in RULES
        if any(not _CHECKS[rule["kind"]](rule, element, today) for element in _select(root, rule["context"]))
    ]


def break_rule(xml: bytes, rule: dict[str, Any]) -> bytes:
    """Return the file with the changes that break the rule. Each change must find something to change."""
    root = etree.fromstring(xml)
    activity = root.find("iati-activity")
    for change in rule["breaks"]:
        elements = _select(activity, change["at"])
        assert elements, (rule["id"], change)
        for element in elements:
            _change(element, change)
    broken: bytes = etree.tostring(root)
    return broken


def _change(element: Any, change: dict[str, Any]) -> None:
    if change.get("remove"):
        element.getparent().remove(element)
    for name, value in change.get("set", {}).items():
        if value:
            element.set(name, value)
        else:
            del element.attrib[name]
    if "text" in change:
        element.text = change["text"]
    for child in etree.fromstring(f"<new>{change.get('append', '')}</new>"):
        element.append(child)


def _select(element: Any, path: str) -> list[Any]:
    found: list[Any] = element.xpath(path, namespaces=_XML)
    return found


def _select_all(element: Any, paths: list[str]) -> list[Any]:
    return [match for path in paths for match in _select(element, path)]


def _read_texts(element: Any, paths: list[str]) -> list[str]:
    """Return the attributes' values, and the elements' texts, as they are written."""
    return [match if isinstance(match, str) else match.text or "" for match in _select_all(element, paths)]


def _read_date(element: Any, path: str) -> date | None:
    texts = _read_texts(element, [path])
    return date.fromisoformat(texts[0][:10]) if texts else None


def _has_one(rule: dict[str, Any], element: Any, _today: date) -> bool:
    return bool(_select_all(element, rule["paths"]))


def _has_no_more(rule: dict[str, Any], element: Any, _today: date) -> bool:
    return len(_select_all(element, rule["paths"])) <= rule["most"]


def _is_unique(rule: dict[str, Any], element: Any, _today: date) -> bool:
    texts = _read_texts(element, rule["paths"])
    return len(texts) == len(set(texts))


def _is_in_order(rule: dict[str, Any], element: Any, _today: date) -> bool:
    first, last = _read_date(element, rule["less"]), _read_date(element, rule["more"])
    return first is None or last is None or first <= last


def _is_past(rule: dict[str, Any], element: Any, today: date) -> bool:
    return all(date.fromisoformat(text[:10]) <= today for text in _read_texts(element, rule["paths"]))


def _is_within_a_year(rule: dict[str, Any], element: Any, _today: date) -> bool:
    first, last = _read_date(element, rule["start"]), _read_date(element, rule["end"])
    return first is None or last is None or (last - first).days <= 366


def _adds_up(rule: dict[str, Any], element: Any, _today: date) -> bool:
    """Return whether the percentages of each vocabulary add up; a single element needs none."""
    groups = defaultdict(list)
    for match in _select_all(element, rule["paths"]):
        groups[match.get("vocabulary", "1")].append(match.get("percentage"))
    return all(
        texts == [None] or sum(Decimal(text) for text in texts if text is not None) == rule["sum"]
        for texts in groups.values()
    )


def _is_in_range(rule: dict[str, Any], element: Any, _today: date) -> bool:
    numbers = map(Decimal, _read_texts(element, rule["paths"]))
    return all(rule["least"] <= number <= rule["most"] for number in numbers)


def _matches(rule: dict[str, Any], element: Any, _today: date) -> bool:
    return all(re.fullmatch(rule["pattern"], text, re.DOTALL) for text in _read_texts(element, rule["paths"]))


def _has_prefix(rule: dict[str, Any], element: Any, _today: date) -> bool:
    prefixes = tuple(f"{text}-" for text in _read_texts(element, rule["start"]))
    return all(text.startswith(prefixes) for text in _read_texts(element, rule["paths"]))


_CHECKS = {
    "at_least_one": _has_one,
    "no_more_than": _has_no_more,
    "unique": _is_unique,
    "date_order": _is_in_order,
    "not_in_the_future": _is_past,
    "within_a_year": _is_within_a_year,
    "sum": _adds_up,
    "range": _is_in_range,
    "matches": _matches,
    "starts_with": _has_prefix,
}
