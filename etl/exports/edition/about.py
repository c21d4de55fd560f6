"""Facts about an edition that every download carries."""

from typing import Any

from etl.exports.figure_rows import format_plain_number
from etl.indicators.editions import EditionContents
from etl.indicators.plans import Plan

STATE_DESCRIPTIONS = {
    "small": "counts 1 to {last} people, which is not shown",
    "withheld": "not shown, because a count of 1 to {last} people could be worked out from it",
    "taken_out": "must not be public, and was taken out after publication",
}


def describe_edition(contents: EditionContents) -> dict[str, Any]:
    """Return the edition's own facts as plain data: numbers as text, days as `2025-10-30`."""
    edition, settings = contents.edition, contents.plan.settings
    return {
        "id": edition.id,
        "quarter": str(edition.quarter),
        "revision": edition.revision,
        "published_on": edition.published_on.isoformat(),
        "as_of": edition.as_of.isoformat(),
        "plan_en": settings.name.en,
        "plan_km": settings.name.km,
        "first_year": settings.first_year,
        "last_year": settings.last_year,
        "plan_version": edition.plan_version,
        "provisional": contents.plan.is_provisional,
        "sample_data": edition.has_sample_data,
        "notes": list_notes(contents),
        "counted_quarter": str(edition.counted or ""),
        "time_gone": format_plain_number(edition.time_gone),
        "returns_received": edition.returns_received,
        "returns_expected": edition.returns_expected,
        "replaces": edition.replaces,
        "reason": edition.reason,
        "licence": edition.licence,
        "contact": edition.contact,
        "taken_out": [
            {"on": redaction.on.isoformat(), "what": redaction.what, "why": redaction.why}
            for redaction in edition.taken_out
        ],
        "states": describe_states(contents),
    }


def list_notes(contents: EditionContents) -> list[str]:
    """Return the notices in English that must accompany the numbers of an edition."""
    last = "Approved returns only. A missing number is not zero: it has no value, and a state that says why."
    return [*list_notices(contents), last]


def list_notices(contents: EditionContents) -> list[str]:
    """Return the notices in English that sample data and a provisional plan need."""
    notes = []
    if contents.edition.has_sample_data:
        notes.append("Sample data: invented numbers, not results.")
    if contents.plan.is_provisional:
        notes.append("Provisional indicators and targets: the official ones are not public yet.")
    return notes


def describe_states(contents: EditionContents) -> dict[str, str]:
    """Return the reasons why an existing figure is not shown, by state."""
    last = contents.plan.settings.small_count - 1
    return {state: description.format(last=last) for state, description in STATE_DESCRIPTIONS.items()}


def is_mail_address(contact: str) -> bool:
    """Return whether a contact is an e-mail address, and not the URL of a page."""
    return "@" in contact and "/" not in contact


def make_address(contents: EditionContents, path: str = "") -> str:
    """Return the public URL of a file of the edition; blank where the edition doesn't know its public URL."""
    edition = contents.edition
    return f"{edition.public_url}/editions/{edition.id}/{path}" if edition.public_url else ""


def list_countries(plan: Plan) -> list[str]:
    """Return the ISO 3166-1 codes of the countries of the plan's sites."""
    return sorted({site.iso_3166_2.partition("-")[0] for site in plan.sites if site.iso_3166_2})
