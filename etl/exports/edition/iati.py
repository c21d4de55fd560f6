"""Export an edition as an IATI 2.03 activity: baseline, target and actual of each year and of the plan.

The file follows the official schema. A missing actual is omitted, never 0. Sites, provinces and categories are elements
beside the total. Quarters are omitted, because the periods of an indicator would overlap three times.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from etl.exports.edition.about import make_address
from etl.exports.edition.iati_activity import OWN_VOCABULARY, add_activity, add_narratives
from etl.exports.edition.spans import get_date_span
from etl.exports.figure_rows import format_plain_number, format_target_revisions
from etl.indicators.editions import PLAN_TO_DATE, EditionContents, EditionFigure
from etl.indicators.vocabulary import PARTICIPATIONS, Direction, Indicator, LocalizedText, Part, TargetBasis
from etl.publisher.iati import NO_SETTINGS, IatiSettings
from etl.wording.participations import NEW_PEOPLE_NOTE, localize_part_label

UNIT, PERCENTAGE, ORDINAL = "1", "2", "4"
_LEVELS = {"output": "1", "outcome": "2", "impact": "3"}
_OTHER_LEVEL = "9"
_VOCABULARIES = (
    ("3", re.compile(r"(?P<code>[A-Z]{2}\.[\d.]+-\d+[a-z]?)")),
    ("9", re.compile(r"SDG (?P<code>\d+\.[\da-z]+\.\d+(?:\.[a-z])?)")),
)
"""Codes of IATI's list IndicatorVocabulary, and how a plan's alignment writes their indicators: those of the US foreign
assistance framework, such as EG.3.2-24, and of the sustainable development goals, such as SDG 2.4.1."""


def render_iati(contents: EditionContents, iati: IatiSettings = NO_SETTINGS) -> bytes:
    """Return the XML file."""
    root = Element("iati-activities", {"version": "2.03"})
    activity = add_activity(root, contents, iati)
    for objective in contents.plan.objectives:
        by_level = sorted(contents.plan.list_indicators(objective.code), key=_get_result_type)
        for level, indicators in groupby(by_level, key=_get_result_type):
            result = SubElement(activity, "result", {"type": level, "aggregation-status": "false"})
            add_narratives(SubElement(result, "title"), objective.name)
            for indicator in indicators:
                _add_indicator(result, contents, indicator)
    indent(root)
    xml: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def _get_result_type(indicator: Indicator) -> str:
    return _LEVELS.get(indicator.level, _OTHER_LEVEL)


def _add_indicator(result: Element, contents: EditionContents, indicator: Indicator) -> None:
    ascending = "false" if indicator.direction is Direction.DECREASE else "true"
    measure = ORDINAL if indicator.is_stage else PERCENTAGE if indicator.unit == "%" else UNIT
    is_additive = indicator.is_number_flow and indicator.is_additive_across_sites
    attributes = {"measure": measure, "ascending": ascending, "aggregation-status": "true" if is_additive else "false"}
    element = SubElement(result, "indicator", attributes)
    add_narratives(
        SubElement(element, "title"),
        LocalizedText(f"{indicator.code} {indicator.name.en}", _make_khmer_title(indicator)),
    )
    description = LocalizedText(_describe_indicator(indicator), indicator.definition.km)
    add_narratives(SubElement(element, "description"), description)
    _add_references(element, contents, indicator)
    for key in ("", *(part.key for part in contents.list_parts(indicator.code))):
        figure = contents.find(indicator.code, part=key)
        if figure is not None and figure.baseline is not None and indicator.baseline_year is not None:
            baseline = {"year": str(indicator.baseline_year), "value": format_plain_number(figure.baseline)}
            baseline_element = SubElement(element, "baseline", baseline)
            _add_place(baseline_element, figure)
            _add_comment(baseline_element, indicator, figure.baseline)
    for period in list_iati_periods(contents, indicator):
        figures = list_iati_figures(contents, indicator, period)
        people = [figure for figure in figures if figure.key.part != PARTICIPATIONS]
        _add_period(element, contents, indicator, period, people)
    participations = contents.plan.find_participations(indicator.code)
    if participations is not None:
        _add_participations(result, contents, indicator, participations)


def _add_participations(result: Element, contents: EditionContents, indicator: Indicator, part: Part) -> None:
    """Add participations as an indicator of their own: a dimension of the people would be a part of them."""
    attributes = {"measure": UNIT, "ascending": "true", "aggregation-status": "true"}
    element = SubElement(result, "indicator", attributes)
    key, name, label = f"{indicator.code}/{part.key}", indicator.name, localize_part_label(part)
    khmer = f"{key} {name.km}: {label.km}" if name.km else ""
    add_narratives(SubElement(element, "title"), LocalizedText(f"{key} {name.en}: {label.en}", khmer))
    description = "Every attendance of a period, whether the person was counted before or not. Not a number of people."
    add_narratives(SubElement(element, "description"), LocalizedText(description))
    _add_own_reference(element, contents, indicator, key)
    for period in list_iati_periods(contents, indicator):
        figures = list_iati_figures(contents, indicator, period)
        attendances = [figure for figure in figures if figure.key.part == PARTICIPATIONS]
        _add_period(element, contents, indicator, period, attendances)


def _add_references(element: Element, contents: EditionContents, indicator: Indicator) -> None:
    """Add the organisation's own code, and the indicators of other vocabularies that the indicator is.

    An alignment with a restriction in brackets names an indicator that this one only contributes to; it stands in the
    description only, as do those without a vocabulary of IATI. Each vocabulary may be there once.
    """
    for vocabulary, pattern in _VOCABULARIES:
        matches = (pattern.fullmatch(text.strip()) for text in indicator.alignment.split(";"))
        match = next(filter(None, matches), None)
        if match:
            SubElement(element, "reference", {"vocabulary": vocabulary, "code": match["code"]})
    _add_own_reference(element, contents, indicator, indicator.code)


def _add_own_reference(element: Element, contents: EditionContents, indicator: Indicator, code: str) -> None:
    attributes = {"vocabulary": OWN_VOCABULARY, "code": code}
    address = make_address(contents, f"indicators/{indicator.code}.html")
    if address:
        attributes["indicator-uri"] = address
    SubElement(element, "reference", attributes)


def _make_khmer_title(indicator: Indicator) -> str:
    return f"{indicator.code} {indicator.name.km}" if indicator.name.km else ""


def _describe_indicator(indicator: Indicator) -> str:
    """Return the definition, the unit, and whether values may be added up."""
    sentences = [indicator.definition.en, f"Unit: {indicator.unit}."]
    if indicator.is_stage:
        stages = ", ".join(f"{stage.rank} {stage.label.en}" for stage in indicator.stages)
        sentences.append(f"Values are the ranks of stages: {stages}. Do not add or average them.")
    elif indicator.is_number_flow:
        sentences.append("Values are not cumulative: each is the amount of its own period, so years add up.")
    elif indicator.is_stock:
        sentences.append("Values are levels at the end of a period, already cumulative: do not add them up.")
    else:
        sentences.append("Values are those of their own period and not cumulative: do not add them up.")
    if indicator.is_number_flow and indicator.target_basis is TargetBasis.CUMULATIVE:
        sentences.append("A year's target is what its year adds to the total planned since the plan began.")
    if indicator.counts_new_people:
        sentences.append(NEW_PEOPLE_NOTE)
    if indicator.direction is Direction.MAINTAIN:
        sentences.append("It is meant to stay near its target, neither above nor below.")
    if indicator.alignment:
        sentences.append(f"Serves: {indicator.alignment}.")
    if indicator.status == "provisional":
        sentences.append("Provisional.")
    return " ".join(filter(None, sentences))


def list_iati_periods(contents: EditionContents, indicator: Indicator) -> Iterator[str]:
    """Yield the exported periods: the years so far, and the plan unless a single year is rated for it."""
    yield from (str(year) for year in contents.edition.years)
    total = contents.get_plan_to_date_figure(indicator.code)
    if not total.judged:
        yield PLAN_TO_DATE


def list_iati_figures(contents: EditionContents, indicator: Indicator, period: str) -> Iterator[EditionFigure]:
    """Yield the figures of a period: the total, its categories, its participations, its sites and its provinces."""
    parts = contents.plan.list_parts_and_participations(indicator.code)
    keys = [("", ""), *((part.key, "") for part in parts)]
    keys += [("", site.code) for site in contents.list_sites(indicator.code)]
    keys += [("", province.code) for province in contents.list_provinces(indicator.code)]
    for part, site in keys:
        figure = contents.find(indicator.code, part=part, site=site, period=period)
        if figure is not None:
            yield figure


def _add_period(
    element: Element, contents: EditionContents, indicator: Indicator, period: str, figures: Sequence[EditionFigure]
) -> None:
    targets = [figure for figure in figures if figure.target is not None]
    actuals = [figure for figure in figures if figure.value is not None]
    if not targets and not actuals:
        return
    first, last = get_date_span(contents.edition, period)
    if period == PLAN_TO_DATE:
        settings = contents.plan.settings
        last = settings.calendar.get_end_date(settings.last_quarter)
    period_element = SubElement(element, "period")
    SubElement(period_element, "period-start", {"iso-date": first.isoformat()})
    SubElement(period_element, "period-end", {"iso-date": last.isoformat()})
    for figure in targets:
        revised = format_target_revisions(contents.list_target_revisions(figure.key))
        comment = f"target revised on {revised}" if revised else ""
        _add_value(period_element, "target", figure, indicator, figure.target, comment)
    for figure in actuals:
        comment = f"up to {contents.edition.quarter}" if last > contents.edition.as_of or period == PLAN_TO_DATE else ""
        _add_value(period_element, "actual", figure, indicator, figure.value, comment)


def _add_value(
    period: Element, name: str, figure: EditionFigure, indicator: Indicator, value: Decimal | None, comment: str = ""
) -> None:
    assert value is not None
    element = SubElement(period, name, {"value": format_plain_number(value)})
    _add_place(element, figure)
    _add_comment(element, indicator, value, comment)


def _add_place(element: Element, figure: EditionFigure) -> None:
    """Add the site and the category of a figure."""
    if figure.key.site:
        SubElement(element, "location", {"ref": figure.key.site})
    if figure.key.part and figure.key.part != PARTICIPATIONS:
        dimension, _, category = figure.key.part.partition("/")
        SubElement(element, "dimension", {"name": dimension, "value": category})


def _add_comment(element: Element, indicator: Indicator, value: Decimal, text: str = "") -> None:
    """Add a comment with the text and, of a rank, the words of its stage; none if both are blank."""
    stage = indicator.find_stage(value)
    if stage is None:
        comment = LocalizedText(text)
    else:
        words = (stage.label.en, stage.label.get_text("km"))
        comment = LocalizedText(*(f"{word} ({text})" if text else word for word in words))
    if comment.en:
        add_narratives(SubElement(element, "comment"), comment)
