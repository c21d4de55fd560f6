"""Compare the units of a table with those of the plan: abbreviations and other names of the same unit are equal."""

import re
from collections.abc import Iterable

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator
from etl.returns.layouts.layout import AliasKind, Layout
from etl.returns.layouts.matching import compact_text, normalize_text
from etl.returns.layouts.table_findings import TableFindings
from etl.returns.workbook.cells import CellData

_SYNONYMS = (
    ("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramme", "kilogrammes", "គីឡូ", "គីឡូក្រាម", "គ.ក", "គ.ក្រ"),
    ("ha", "has", "hectare", "hectares", "ហិកតា", "ហិចតា", "ហ.ត", "ហត", "ហ.ក"),
    (
        *("people", "person", "persons", "participants", "participant", "farmers", "farmer", "individuals", "pers"),
        *("trainees", "beneficiaries", "personnes", "personne", "នាក់", "កសិករ"),
    ),
    ("USD", "US$", "$", "US dollar", "US dollars", "dollars", "ដុល្លារ", "ដុល្លារអាមេរិក"),
    ("%", "percent", "per cent", "percentage", "ភាគរយ"),
    ("visits", "visit", "visitors", "visitor", "លើក"),
    ("plots", "plot", "ឡូតិ៍", "ឡូត៍"),
    ("lots", "lot", "packets", "កញ្ចប់"),
    ("species", "ប្រភេទ"),
)
_COUNTS = (
    "number",
    "numbers",
    "no",
    "nr",
    "nb",
    "num",
    "count",
    "counts",
    "unit",
    "units",
    "each",
    "nombre",
    "ចំនួន",
    "លេខ",
)
_MEASURED = ("kg", "ha", "usd", "%")
"""Units of amounts that are measured, so that "number" is not their unit."""


_OTHER_MEASURES = frozenset(
    (
        *(
            "t",
            "mt",
            "ton",
            "tons",
            "tonne",
            "tonnes",
            "tonnage",
            "quintal",
            "quintals",
            "g",
            "gram",
            "grams",
            "lb",
            "តោន",
        ),
        *("rai", "m2", "m²", "km2", "km²", "acre", "acres", "រ៉ៃ"),
        *("khr", "riel", "riels", "រៀល", "៛", "eur", "euro", "euros", "€", "thb", "baht"),
        *("000kg", "000usd", "000us$", "usd000", "thousandusd", "usdthousand", "households", "hh", "គ្រួសារ"),
    )
)
"""Units that no indicator of a plan like ours is counted in, unless it says so itself."""
_OTHER_AREAS_AND_WEIGHTS = _OTHER_MEASURES - {"households", "hh", "គ្រួសារ"}
_IN_UNIT = re.compile(r"(?<![a-z])(?:in|en) ([a-z0-9²€៛]+)(?![a-z])|គិតជា ?([\u1780-\u17d3]+)")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,40})[)\]]|,([^,()]{1,20})$")


def _compact(text: str) -> str:
    return compact_text(text).replace(".", "")


_SYNONYM_BY_NAME = {_compact(name): _compact(group[0]) for group in _SYNONYMS for name in group}
_COUNT_NAMES = frozenset(map(_compact, _COUNTS))


def list_spellings(units: Iterable[str]) -> tuple[str, ...]:
    """Return the units with all their abbreviations and other names."""
    own = {_normalize(unit) for unit in units if unit}
    return tuple(name for group in _SYNONYMS if _compact(group[0]) in own for name in group)


def _normalize(text: str) -> str:
    compacted = _compact(text)
    return _SYNONYM_BY_NAME.get(compacted, compacted)


def check_unit(cell: CellData, indicator: Indicator, plan: Plan, layout: Layout, findings: TableFindings) -> None:
    """Add a finding if the unit of a row is not the unit of the indicator."""
    if indicator.is_ratio or indicator.is_stage:
        return
    names = (indicator.unit, indicator.unit_label.en, indicator.unit_label.km)
    own_units = {_normalize(name) for name in names if name}
    aliases = layout.aliases.get(AliasKind.UNIT, {})
    unit_by_alias = {_compact(alias): _normalize(unit) for alias, unit in aliases.items()}
    unit = unit_by_alias.get(_compact(cell.text)) or _normalize(cell.text)
    other_units = {_normalize(other.unit) for other in plan.indicators if other.unit != "count"}
    is_plain_count = indicator.unit == "count" and not indicator.unit_label.en
    is_count_name = not unit or unit in _COUNT_NAMES or not unit.strip("#")
    if unit in own_units or (is_count_name and own_units.isdisjoint(_MEASURED)):
        return
    if is_plain_count and unit not in other_units:
        return
    findings.add("layout-unit-differs", cell, **describe_unit(indicator))


def describe_unit(indicator: Indicator) -> dict[str, str]:
    """Return the indicator and its unit, as parameters of a finding."""
    return {"indicator": indicator.code, "unit": indicator.unit_label.en or indicator.unit}


def find_other_unit(text: str, indicator: Indicator) -> str:
    """Return a unit of measure in brackets or behind a comma of a name that is not the indicator's, or a blank."""
    own = " ".join((indicator.name.en, indicator.name.km))
    names = (indicator.unit, indicator.unit_label.en, indicator.unit_label.km)
    own_units = {_normalize(name) for name in names if name}
    for match in _BRACKETS.finditer(text):
        unit = (match[1] or match[2]).strip()
        is_measure = _compact(unit) in _OTHER_MEASURES or _normalize(unit) in _MEASURED
        if is_measure and _normalize(unit) not in own_units and unit not in own:
            return unit
    return ""


def find_unit_of_text(text: str) -> str:
    """Return a unit of no plan in which numbers are written by what a text says: `Figures in rai`; else a blank."""
    for match in _IN_UNIT.finditer(normalize_text(text)):
        unit = match[1] or match[2]
        if _compact(unit) in _OTHER_AREAS_AND_WEIGHTS:
            return unit
    return ""
