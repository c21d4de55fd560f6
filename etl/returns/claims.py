"""Which form a workbook says it is: every place that says so is asked, and they must agree."""

from collections.abc import Iterator
from dataclasses import dataclass

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.returns.cells import ReadSheet, ReadWorkbook
from etl.returns.findings import Finding, found
from etl.returns.form_identity import (
    META_SHEET,
    PROPERTY_FORM,
    PROPERTY_SIGNATURE,
    FieldTag,
    FormIdentity,
    MetaName,
    is_signed,
    parse_form_id,
)
from etl.returns.form_table import FormTable


@dataclass(frozen=True)
class Claim:
    """What one place in a workbook says it is."""

    place: str
    identity: FormIdentity


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The site and quarter that a person chose for a workbook."""

    site: str
    quarter: Quarter


@dataclass(frozen=True)
class Settled:
    """The form that a workbook is; None when that can't be said, and then an error says why."""

    identity: FormIdentity | None
    findings: tuple[Finding, ...] = ()


def settle_identity(
    workbook: ReadWorkbook, table: FormTable, *, plans: Plans, confirmed: Confirmed | None, signing_key: bytes = b""
) -> Settled:
    """The form that the document property, the hidden sheet and the header agree on, or that a person confirmed."""
    claims = list(find_claims(workbook, table))
    for other in claims[1:]:
        if other.identity != claims[0].identity:
            return Settled(None, (_contradiction(claims[0], other),))
    if not claims:
        return _settle_confirmed(plans, confirmed)
    identity = claims[0].identity
    if confirmed is not None and confirmed.site != identity.site:
        return Settled(None, (found("site-not-chosen", form_site=identity.site, chosen=confirmed.site),))
    if confirmed is not None and confirmed.quarter != identity.quarter:
        finding = found("quarter-not-chosen", form_quarter=identity.quarter, chosen=confirmed.quarter)
        return Settled(None, (finding,))
    signature = workbook.find_property(PROPERTY_SIGNATURE) or _meta(workbook).get(MetaName.SIGNATURE, "")
    if signing_key and signature and not is_signed(identity, signature, signing_key):
        return Settled(identity, (found("form-signature"),))
    return Settled(identity)


def find_claims(workbook: ReadWorkbook, table: FormTable) -> Iterator[Claim]:
    """What each place says, in the order of trust; one that says nothing readable is left out."""
    visible = table.fields.get(FieldTag.FORM)
    said = [
        (PROPERTY_FORM, workbook.find_property(PROPERTY_FORM)),
        (META_SHEET, _meta(workbook).get(MetaName.FORM, "")),
        (f"{table.sheet.name}!{visible.address}" if visible else "", visible.text if visible else ""),
    ]
    for place, text in said:
        try:
            yield Claim(place, parse_form_id(text))
        except ValueError:
            continue


def _settle_confirmed(plans: Plans, confirmed: Confirmed | None) -> Settled:
    if confirmed is None:
        return Settled(None, (found("form-unconfirmed"),))
    version = plans.version_in_force(confirmed.quarter).number
    identity = FormIdentity(confirmed.site, confirmed.quarter, version)
    return Settled(identity, (found("form-confirmed", site=confirmed.site, quarter=confirmed.quarter),))


def _contradiction(first: Claim, second: Claim) -> Finding:
    return found(
        "form-contradiction",
        first_place=first.place,
        first=first.identity.form_id,
        second_place=second.place,
        second=second.identity.form_id,
    )


def _meta(workbook: ReadWorkbook) -> dict[str, str]:
    sheet: ReadSheet | None = workbook.find_sheet(META_SHEET)
    if sheet is None:
        return {}
    rows = {cell.row: cell.text.strip() for cell in sheet.cells if cell.column == 1}
    return {
        name: sheet.by_place[row, 2].text.strip() for row, name in reversed(rows.items()) if (row, 2) in sheet.by_place
    }
