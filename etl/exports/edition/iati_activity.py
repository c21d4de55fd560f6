"""What the IATI activity of an edition says beside its results: organisations, dates, places, sectors and documents."""

from dataclasses import dataclass
from datetime import datetime, time
from xml.etree.ElementTree import Element, SubElement

from etl.exports.csv_text import remove_control_characters
from etl.exports.edition.about import is_mail_address, list_countries, list_notes, make_address
from etl.exports.edition.workbook import WORKBOOK_TYPE
from etl.exports.figure_rows import format_plain_number
from etl.indicators.editions import Edition, EditionContents
from etl.indicators.periods import CAMBODIA
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import LocalizedText, Site
from etl.locale import LANGUAGES
from etl.publisher import LICENCES
from etl.publisher.iati import ROLES, IatiSettings

OWN_VOCABULARY = "99"
"""IATI's code for a vocabulary of the reporting organisation itself."""
_NO_IDENTIFIER = "unregistered-CARDEC"
"""The identifier of an organisation that has no registered one."""
_DAC_PURPOSE_CODES = "1"
_UNSPECIFIED_REGION = "998"
_WGS_84 = "http://www.opengis.net/def/crs/EPSG/0/4326"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_WEB_PAGE, _RESULTS, _TERMS = "A12", "A08", "B15"
"""Codes of IATI's list DocumentCategory: activity web page; results, outcomes and outputs; general terms."""


@dataclass(frozen=True)
class _Document:
    """A page or file of an edition by its path, with its languages."""

    path: str
    title: str
    media_type: str = "text/html"
    category: str = _RESULTS
    languages: tuple[str, ...] = LANGUAGES


_DOCUMENTS = (
    _Document("", "Public page", category=_WEB_PAGE, languages=("en",)),
    _Document("km/index.html", "Public page in Khmer", category=_WEB_PAGE, languages=("km",)),
    _Document("downloads/figures.csv", "All figures as CSV", "text/csv"),
    _Document("downloads/figures-en.xlsx", "All figures as a workbook", WORKBOOK_TYPE, languages=("en",)),
    _Document("downloads/figures-km.xlsx", "All figures as a workbook in Khmer", WORKBOOK_TYPE, languages=("km",)),
    _Document("downloads/datapackage.zip", "All figures as a data package", "application/zip"),
    _Document("api/figures.json", "All figures as JSON", "application/json"),
)


def add_activity(root: Element, contents: EditionContents, iati: IatiSettings) -> Element:
    """Append the activity with everything but its results, and return it."""
    edition, settings = contents.edition, contents.plan.settings
    moment = datetime.combine(edition.published_on, time(), CAMBODIA).isoformat()
    root.set("generated-datetime", moment)
    activity = SubElement(root, "iati-activity", {"last-updated-datetime": moment, _LANG: "en"})
    reporter = iati.organisation or _NO_IDENTIFIER
    SubElement(activity, "iati-identifier").text = f"{reporter}-plan-{settings.first_year}-{settings.last_year}"
    name = LocalizedText(iati.name)
    add_narratives(SubElement(activity, "reporting-org", {"ref": reporter, "type": iati.organisation_type}), name)
    add_narratives(SubElement(activity, "title"), settings.name)
    description = SubElement(activity, "description", {"type": "1"})
    add_narratives(description, LocalizedText(_make_description(contents, iati)))
    _add_participants(activity, iati)
    _add_dates(activity, contents)
    _add_contact(activity, contents, name)
    _add_countries(activity, contents, iati)
    _add_locations(activity, contents)
    _add_sectors(activity, contents, iati)
    _add_documents(activity, contents)
    return activity


def add_narratives(element: Element, text: LocalizedText) -> None:
    """Add the text in English, and in Khmer if there is one."""
    SubElement(element, "narrative").text = remove_control_characters(text.en)
    if text.km:
        SubElement(element, "narrative", {_LANG: "km"}).text = remove_control_characters(text.km)


def list_missing_settings(edition: Edition, iati: IatiSettings) -> dict[str, str]:
    """Return the name of each setting without which the file leaves something out, and what it leaves out."""
    values = {
        ("IATI_ORGANISATION", ""): iati.organisation,
        ("IATI_PARTNERS", "organisations that fund it or are accountable"): iati.partners,
        ("IATI_SECTORS", "sectors of the OECD DAC"): iati.sectors,
        ("IATI_COUNTRIES", "countries"): _list_country_shares(edition.plan, iati),
        ("PUBLIC_ADDRESS", "documents"): edition.public_url,
        ("DATA_LICENCE", "a licence"): edition.licence,
        ("CONTACT", "a contact"): edition.contact,
    }
    return dict(key for key, value in values.items() if not value)


def _make_description(contents: EditionContents, iati: IatiSettings) -> str:
    missing = "; ".join(filter(None, list_missing_settings(contents.edition, iati).values()))
    sentences = [
        contents.plan.settings.overall_objective.en,
        f"Figures of edition {contents.edition.id}.",
        *list_notes(contents),
        "" if iati.organisation else "The identifiers are not registered with IATI.",
        f"Not stated: {missing}." if missing else "",
    ]
    return " ".join(filter(None, sentences))


def _add_participants(activity: Element, iati: IatiSettings) -> None:
    """Add the partners, and the organisation itself, which implements the plan."""
    reference = {"ref": iati.organisation} if iati.organisation else {}
    attributes = {**reference, "role": ROLES["implementing"], "type": iati.organisation_type}
    add_narratives(SubElement(activity, "participating-org", attributes), LocalizedText(iati.name))
    for partner in iati.partners:
        reference = {"ref": partner.identifier} if partner.identifier else {}
        attributes = {**reference, "role": partner.role, "type": partner.type}
        add_narratives(SubElement(activity, "participating-org", attributes), LocalizedText(partner.name))


def _add_dates(activity: Element, contents: EditionContents) -> None:
    settings = contents.plan.settings
    first, last = (
        settings.calendar.get_start_date(settings.first_quarter),
        settings.calendar.get_end_date(settings.last_quarter),
    )
    has_ended = contents.edition.quarter >= settings.last_quarter
    SubElement(activity, "activity-status", {"code": "4" if has_ended else "2"})
    for kind, day in (("1", first), ("2", first), ("3", last)):
        SubElement(activity, "activity-date", {"type": kind, "iso-date": day.isoformat()})


def _add_contact(activity: Element, contents: EditionContents, name: LocalizedText) -> None:
    contact = contents.edition.contact
    if contact:
        element = SubElement(activity, "contact-info", {"type": "1"})
        add_narratives(SubElement(element, "organisation"), name)
        SubElement(element, "email" if is_mail_address(contact) else "website").text = contact


def _list_country_shares(plan: Plan, iati: IatiSettings) -> list[tuple[str, str]]:
    """Return codes and percentages of countries; none where the plan has several and no setting divides them."""
    if iati.countries:
        return [(share.code, format_plain_number(share.percentage)) for share in iati.countries]
    countries = list_countries(plan)
    return [(countries[0], "100")] if len(countries) == 1 else []


def _add_countries(activity: Element, contents: EditionContents, iati: IatiSettings) -> None:
    """Add the countries, or the region that IATI has for an unspecified place: one of both must be there."""
    shares = _list_country_shares(contents.plan, iati)
    for code, percentage in shares:
        SubElement(activity, "recipient-country", {"code": code, "percentage": percentage})
    if not shares:
        attributes = {"code": _UNSPECIFIED_REGION, "vocabulary": "1", "percentage": "100"}
        SubElement(activity, "recipient-region", attributes)


def _add_locations(activity: Element, contents: EditionContents) -> None:
    """Add the sites, and the provinces that have figures, to all of which results refer."""
    for site in contents.plan.sites:
        _add_site(activity, site)
    for province in contents.list_provinces():
        add_narratives(SubElement(SubElement(activity, "location", {"ref": province.code}), "name"), province.name)


def _add_site(activity: Element, site: Site) -> None:
    location = SubElement(activity, "location", {"ref": site.code})
    add_narratives(SubElement(location, "name"), site.name)
    if site.lat is not None and site.lon is not None:
        point = SubElement(location, "point", {"srsName": _WGS_84})
        SubElement(point, "pos").text = f"{format_plain_number(site.lat)} {format_plain_number(site.lon)}"


def _add_sectors(activity: Element, contents: EditionContents, iati: IatiSettings) -> None:
    """Add the sectors of the settings, or the plan as the organisation's own sector: one must be there."""
    for share in iati.sectors:
        percentage = format_plain_number(share.percentage)
        attributes = {"vocabulary": _DAC_PURPOSE_CODES, "code": share.code, "percentage": percentage}
        SubElement(activity, "sector", attributes)
    if not iati.sectors:
        settings, address = contents.plan.settings, make_address(contents)
        attributes = {"vocabulary": OWN_VOCABULARY, "code": f"plan-{settings.first_year}-{settings.last_year}"}
        if address:
            attributes["vocabulary-uri"] = address
        add_narratives(SubElement(activity, "sector", attributes), settings.name)


def _add_documents(activity: Element, contents: EditionContents) -> None:
    """Add the pages and files of the edition where its public URL is known, and the text of its licence."""
    edition = contents.edition
    for document in _DOCUMENTS if edition.public_url else ():
        link = _add_document(activity, document, make_address(contents, document.path))
        SubElement(link, "document-date", {"iso-date": edition.published_on.isoformat()})
    if edition.licence in LICENCES:
        terms = _Document("", f"Licence of the figures: {edition.licence}", category=_TERMS, languages=("en",))
        _add_document(activity, terms, LICENCES[edition.licence])


def _add_document(activity: Element, document: _Document, address: str) -> Element:
    link = SubElement(activity, "document-link", {"url": address, "format": document.media_type})
    add_narratives(SubElement(link, "title"), LocalizedText(document.title))
    SubElement(link, "category", {"code": document.category})
    for language in document.languages:
        SubElement(link, "language", {"code": language})
    return link
