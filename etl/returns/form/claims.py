"""Which form a workbook says it is: every place that says so is asked, and they must agree."""

from collections.abc import Iterator
from dataclasses import dataclass

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans, PlanVersion
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.find_form import FormTable, normalize_key
from etl.returns.form.rows import FormError, form_rows
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
from etl.returns.workbook.cells import SheetData, WorkbookData


@dataclass(frozen=True)
class IdentityClaim:
    """What one place in a workbook says it is."""

    source: str
    identity: FormIdentity
    is_visible: bool = False
    """Said by the cell that people read, which is copied with the sheet; the other places are not."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The site and quarter that a person chose for a workbook."""

    site: str
    quarter: Quarter


@dataclass(frozen=True)
class ResolvedIdentity:
    """The form that a workbook is; None when that can't be said, and then an error says why."""

    identity: FormIdentity | None
    findings: tuple[Finding, ...] = ()
    is_confirmed: bool = False
    """A person says which form it is, because nothing in the workbook does any more."""


def resolve_identity(
    workbook: WorkbookData,
    table: FormTable,
    *,
    plans: Plans,
    confirmation: Confirmation | None,
    signing_key: bytes = b"",
) -> ResolvedIdentity:
    """The form that the document property, the hidden sheet and the header agree on, or that a person confirmed."""
    claims = list(find_claims(workbook, table))
    for other in claims[1:]:
        if other.identity != claims[0].identity:
            return ResolvedIdentity(None, (_contradiction(claims[0], other),))
    if not claims:
        return _settle_confirmed(table, plans, confirmation)
    identity = claims[0].identity
    if confirmation is not None and confirmation.site != identity.site:
        return ResolvedIdentity(
            None, (make_finding("site-not-chosen", form_site=identity.site, chosen=confirmation.site),)
        )
    if confirmation is not None and confirmation.quarter != identity.quarter:
        finding = make_finding("quarter-not-chosen", form_quarter=identity.quarter, chosen=confirmation.quarter)
        return ResolvedIdentity(None, (finding,))
    if claims[0].is_visible:
        cell = table.fields[FieldTag.FORM].address
        place = {"sheet": table.sheet.name, "cell": cell}
        return ResolvedIdentity(
            identity, (make_finding("form-visible-id", **place, site=identity.site, quarter=identity.quarter),)
        )
    signature = workbook.find_property(PROPERTY_SIGNATURE) or _meta(workbook).get(MetaName.SIGNATURE, "")
    if signing_key and signature and not is_signed(identity, signature, signing_key):
        return ResolvedIdentity(identity, (make_finding("form-signature"),))
    return ResolvedIdentity(identity)


def find_claims(workbook: WorkbookData, table: FormTable) -> Iterator[IdentityClaim]:
    """What each place says, in the order of trust; one that says nothing readable is left out."""
    visible = table.fields.get(FieldTag.FORM)
    said = [
        (PROPERTY_FORM, workbook.find_property(PROPERTY_FORM)),
        (META_SHEET, _meta(workbook).get(MetaName.FORM, "")),
        (f"{table.sheet.name}!{visible.address}" if visible else "", visible.text if visible else ""),
    ]
    for place, text in said:
        try:
            yield IdentityClaim(place, parse_form_id(text), is_visible=place not in (PROPERTY_FORM, META_SHEET))
        except ValueError:
            continue


def _settle_confirmed(table: FormTable, plans: Plans, confirmed: Confirmation | None) -> ResolvedIdentity:
    if confirmed is None:
        return ResolvedIdentity(None, (make_finding("form-unconfirmed"),))
    chosen = make_finding("form-confirmed", site=confirmed.site, quarter=confirmed.quarter)
    in_force = plans.version_in_force(confirmed.quarter).number
    version = _version_by_keys(table, plans, confirmed)
    identity = FormIdentity(confirmed.site, confirmed.quarter, version)
    if version == in_force:
        return ResolvedIdentity(identity, (chosen,), is_confirmed=True)
    by_keys = make_finding("form-version-by-keys", version=version)
    return ResolvedIdentity(identity, (chosen, by_keys), is_confirmed=True)


def _version_by_keys(table: FormTable, plans: Plans, confirmed: Confirmation) -> int:
    """The version in force unless it asks other keys, and an older one, the newest of them, just those of the sheet."""
    keys = [normalize_key(row.key) for row in table.rows if row.key]
    # The first may be the title of the column.
    sent = (frozenset(keys), frozenset(keys[1:]))
    in_force = plans.version_in_force(confirmed.quarter)
    older = [one for one in reversed(plans.versions) if one.number < in_force.number]
    fitting = (one.number for one in (in_force, *older) if _keys_asked(one, confirmed) in sent)
    return next(fitting, in_force.number)


def _keys_asked(version: PlanVersion, confirmed: Confirmation) -> frozenset[str] | None:
    try:
        rows = form_rows(version.plan, confirmed.site, confirmed.quarter)
    except FormError:
        return None
    return frozenset(normalize_key(str(row.key)) for row in rows)


def _contradiction(first: IdentityClaim, second: IdentityClaim) -> Finding:
    return make_finding(
        "form-contradiction",
        first_place=first.source,
        first=first.identity.form_id,
        second_place=second.source,
        second=second.identity.form_id,
    )


def _meta(workbook: WorkbookData) -> dict[str, str]:
    sheet: SheetData | None = workbook.find_sheet(META_SHEET)
    if sheet is None:
        return {}
    names = {cell.row: cell.text.strip() for cell in sheet.cells if cell.column == 1}
    values = {cell.row: cell.text.strip() for cell in sheet.cells if cell.column == 2}
    return {name: values[row] for row, name in reversed(names.items()) if row in values}
