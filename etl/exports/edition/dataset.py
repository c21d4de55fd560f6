"""Describe an edition as a schema.org `Dataset`, by which search engines for data find it."""

from typing import Any

from etl.exports.edition.about import list_countries, list_notes, make_address
from etl.exports.edition.spans import get_date_span
from etl.indicators.editions import PLAN_TO_DATE, EditionContents
from etl.publisher import LICENCES

_FILES = (
    ("downloads/figures.csv", "text/csv"),
    ("downloads/datapackage.zip", "application/zip"),
    ("api/figures.json", "application/json"),
    ("downloads/iati.xml", "application/xml"),
)


def describe_dataset(contents: EditionContents, root: str = "") -> dict[str, Any]:
    """Return the description as JSON-LD.

    Addresses are absolute where the edition knows its public URL, else relative: `root` leads from the page to the
    edition's folder.
    """
    edition, settings = contents.edition, contents.plan.settings
    address = make_address(contents) or root
    first, last = get_date_span(edition, PLAN_TO_DATE)
    countries = list_countries(contents.plan)
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": f"{settings.name.en}: edition {edition.id}",
        "description": f"Indicators of {settings.name.en} with targets and results. {' '.join(list_notes(contents))}",
        "version": edition.id,
        "datePublished": edition.published_on.isoformat(),
        "temporalCoverage": f"{first.isoformat()}/{last.isoformat()}",
        "inLanguage": ["en", "km"],
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "CARDEC"},
        **({"license": LICENCES[edition.licence]} if edition.licence in LICENCES else {}),
        "variableMeasured": [indicator.name.en for indicator in contents.plan.indicators],
        **({"spatialCoverage": countries} if countries else {}),
        "url": address or "./",
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": address + path} for path, kind in _FILES
        ],
    }
