"""An edition as an IATI 2.03 activity with its results: baseline, target and actual of each year and of the plan.

Built after the official schema. A missing actual is left out, never 0. Slices (sites, categories) are elements of
their own beside the total. Quarters are left out: periods of an indicator would then overlap three times.
"""

from collections.abc import Iterator
from datetime import datetime, time
from decimal import Decimal
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from etl.exports.edition.about import list_notes
from etl.exports.edition.spans import get_date_span
from etl.exports.figure_rows import format_plain_number, remove_control_characters
from etl.indicators.editions import PLAN_TO_DATE, EditionContents, EditionFigure
from etl.indicators.vocabulary import Direction, Indicator, LocalizedText, Site, TargetBasis

GOVERNMENT = "10"
IMPLEMENTING = "4"
UNIT, PERCENTAGE = "1", "2"
_LEVELS = {"output": "1", "outcome": "2", "impact": "3"}
_OTHER_LEVEL = "9"
_WGS_84 = "http://www.opengis.net/def/crs/EPSG/0/4326"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NAME = LocalizedText("CARDEC, Conservation Agriculture Research for Development Centre")
_NO_IDENTIFIER = "unregistered-CARDEC"
"""The centre has no organisation identifier that is known in public; whoever registers one names it in the settings."""


def render_iati(contents: EditionContents, *, organisation: str = "") -> bytes:
    """The XML file. `organisation` is the centre's identifier in the IATI registry, blank where it has none."""
    edition, settings = contents.edition, contents.plan.settings
    moment = datetime.combine(edition.published_on, time()).isoformat() + "Z"
    root = Element("iati-activities", {"version": "2.03", "generated-datetime": moment})
    activity = SubElement(root, "iati-activity", {"last-updated-datetime": moment, _LANG: "en"})
    reporter = organisation or _NO_IDENTIFIER
    SubElement(activity, "iati-identifier").text = f"{reporter}-plan-{settings.first_year}-{settings.last_year}"
    _narrate(SubElement(activity, "reporting-org", {"ref": reporter, "type": GOVERNMENT}), _NAME)
    _narrate(SubElement(activity, "title"), settings.name)
    _narrate(SubElement(activity, "description", {"type": "1"}), LocalizedText(_description(contents, organisation)))
    _narrate(SubElement(activity, "participating-org", {"role": IMPLEMENTING, "type": GOVERNMENT}), _NAME)
    _time(activity, contents)
    _places(activity, contents)
    for objective in contents.plan.objectives:
        by_level = sorted(
            contents.plan.indicators_of(objective.code), key=lambda one: _LEVELS.get(one.level, _OTHER_LEVEL)
        )
        for level, indicators in groupby(by_level, key=lambda one: _LEVELS.get(one.level, _OTHER_LEVEL)):
            result = SubElement(activity, "result", {"type": level, "aggregation-status": "false"})
            _narrate(SubElement(result, "title"), objective.name)
            for indicator in indicators:
                _add_indicator(result, contents, indicator)
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _description(book: EditionContents, organisation: str) -> str:
    said = [book.plan.settings.overall_objective.en, f"Figures of edition {book.edition.id}.", *list_notes(book)]
    if not organisation:
        said.append("The identifiers are not registered with IATI.")
    return " ".join(one for one in said if one)


def _narrate(element: Element, words: LocalizedText) -> None:
    """The text in English, and in Khmer where there is one."""
    SubElement(element, "narrative").text = remove_control_characters(words.en)
    if words.km:
        SubElement(element, "narrative", {_LANG: "km"}).text = remove_control_characters(words.km)


def _time(activity: Element, book: EditionContents) -> None:
    settings = book.plan.settings
    first, last = settings.calendar.start(settings.first_quarter), settings.calendar.end(settings.last_quarter)
    is_over = book.edition.quarter >= settings.last_quarter
    SubElement(activity, "activity-status", {"code": "4" if is_over else "2"})
    for kind, day in (("1", first), ("2", first), ("3", last)):
        SubElement(activity, "activity-date", {"type": kind, "iso-date": day.isoformat()})


def _places(activity: Element, book: EditionContents) -> None:
    """The countries that the sites lie in, then the sites, by which results can name them."""
    countries = sorted({site.iso_3166_2.partition("-")[0] for site in book.plan.sites if site.iso_3166_2})
    if len(countries) == 1:
        SubElement(activity, "recipient-country", {"code": countries[0], "percentage": "100"})
    for site in book.plan.sites:
        _add_site(activity, site)


def _add_site(activity: Element, site: Site) -> None:
    location = SubElement(activity, "location", {"ref": site.code})
    _narrate(SubElement(location, "name"), site.name)
    if site.lat is not None and site.lon is not None:
        point = SubElement(location, "point", {"srsName": _WGS_84})
        SubElement(point, "pos").text = f"{format_plain_number(site.lat)} {format_plain_number(site.lon)}"


def _add_indicator(result: Element, book: EditionContents, indicator: Indicator) -> None:
    ascending = "false" if indicator.direction is Direction.DECREASE else "true"
    measure = PERCENTAGE if indicator.unit == "%" else UNIT
    adds = indicator.is_number_flow and indicator.is_additive_across_sites
    attributes = {"measure": measure, "ascending": ascending, "aggregation-status": "true" if adds else "false"}
    element = SubElement(result, "indicator", attributes)
    _narrate(
        SubElement(element, "title"), LocalizedText(f"{indicator.code} {indicator.name.en}", _khmer_title(indicator))
    )
    _narrate(SubElement(element, "description"), LocalizedText(_meaning(indicator), indicator.definition.km))
    total = book.plan_to_date_figure(indicator.code)
    if total.baseline is not None and indicator.baseline_year is not None:
        baseline = {"year": str(indicator.baseline_year), "value": format_plain_number(total.baseline)}
        SubElement(element, "baseline", baseline)
    for period in list_iati_periods(book, indicator):
        _add_period(element, book, indicator, period)


def _khmer_title(indicator: Indicator) -> str:
    return f"{indicator.code} {indicator.name.km}" if indicator.name.km else ""


def _meaning(indicator: Indicator) -> str:
    """The definition, the unit, and whether values may be added up."""
    said = [indicator.definition.en, f"Unit: {indicator.unit}."]
    if indicator.is_number_flow:
        said.append("Values are not cumulative: each is the amount of its own period, so years add up.")
    elif indicator.is_stock:
        said.append("Values are levels at the end of a period, already cumulative: do not add them up.")
    else:
        said.append("Values are those of their own period and not cumulative: do not add them up.")
    if indicator.is_number_flow and indicator.target_basis is TargetBasis.CUMULATIVE:
        said.append("A year's target is what its year adds to the total planned since the plan began.")
    if indicator.direction is Direction.MAINTAIN:
        said.append("It is meant to stay near its target, neither above nor below.")
    if indicator.status == "provisional":
        said.append("Provisional.")
    return " ".join(one for one in said if one)


def list_iati_periods(contents: EditionContents, indicator: Indicator) -> Iterator[str]:
    """The periods that are told: the years so far, and the plan unless a single year stands for it."""
    yield from (str(year) for year in contents.edition.years)
    total = contents.plan_to_date_figure(indicator.code)
    if not total.judged:
        yield PLAN_TO_DATE


def list_iati_figures(contents: EditionContents, indicator: Indicator, period: str) -> Iterator[EditionFigure]:
    """The figures of a period that have an actual to tell: the total, its categories, its sites."""
    keys = [("", ""), *((part.key, "") for part in contents.parts(indicator.code))]
    keys += [("", site.code) for site in contents.sites(indicator.code)]
    for part, site in keys:
        figure = contents.find(indicator.code, part=part, site=site, period=period)
        if figure is not None:
            yield figure


def _add_period(element: Element, book: EditionContents, indicator: Indicator, period: str) -> None:
    figures = list(list_iati_figures(book, indicator, period))
    targets = [one for one in figures if one.target is not None]
    actuals = [one for one in figures if one.value is not None]
    if not targets and not actuals:
        return
    first, last = get_date_span(book.edition, period)
    if period == PLAN_TO_DATE:
        settings = book.plan.settings
        last = settings.calendar.end(settings.last_quarter)
    told = SubElement(element, "period")
    SubElement(told, "period-start", {"iso-date": first.isoformat()})
    SubElement(told, "period-end", {"iso-date": last.isoformat()})
    for one in targets:
        _add_value(told, "target", one, one.target)
    for one in actuals:
        comment = f"up to {book.edition.quarter}" if last > book.edition.as_of or period == PLAN_TO_DATE else ""
        _add_value(told, "actual", one, one.value, comment)


def _add_value(period: Element, name: str, figure: EditionFigure, value: Decimal | None, comment: str = "") -> None:
    assert value is not None
    element = SubElement(period, name, {"value": format_plain_number(value)})
    if figure.key.site:
        SubElement(element, "location", {"ref": figure.key.site})
    if figure.key.part:
        dimension, _, category = figure.key.part.partition("/")
        SubElement(element, "dimension", {"name": dimension, "value": category})
    if comment:
        _narrate(SubElement(element, "comment"), LocalizedText(comment))
