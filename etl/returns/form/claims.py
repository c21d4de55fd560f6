"""Resolve which form a workbook is. All its statements about that must agree."""

from collections.abc import Iterator
from dataclasses import dataclass

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans, PlanVersion
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.find_form import FormTable, normalize_key
from etl.returns.form.rows import FormError, list_form_rows
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
    """A statement in a workbook about which form it is."""

    source: str
    identity: FormIdentity
    is_visible: bool = False
    """Whether the statement is the visible cell, which is copied along with the sheet."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The site and quarter that a person chose for a workbook."""

    site: str
    quarter: Quarter


@dataclass(frozen=True)
class ResolvedIdentity:
    """The identity of a workbook; None if it cannot be resolved, with an error that says why."""

    identity: FormIdentity | None
    findings: tuple[Finding, ...] = ()
    is_confirmed: bool = False
    """Whether a person chose site and quarter because the workbook does not state them."""


def resolve_identity(
    workbook: WorkbookData,
    table: FormTable,
    *,
    plans: Plans,
    confirmation: Confirmation | None,
    signing_key: bytes = b"",
) -> ResolvedIdentity:
    """Return the identity in the document property, the hidden sheet and the header, or the confirmed one."""
    claims = list(find_claims(workbook, table))
    for other in claims[1:]:
        if other.identity != claims[0].identity:
            return ResolvedIdentity(None, (_make_contradiction(claims[0], other),))
    if not claims:
        return _resolve_confirmation(table, plans, confirmation)
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
        location = {"sheet": table.sheet.name, "cell": cell}
        return ResolvedIdentity(
            identity, (make_finding("form-visible-id", **location, site=identity.site, quarter=identity.quarter),)
        )
    signature = workbook.find_property(PROPERTY_SIGNATURE) or _read_meta(workbook).get(MetaName.SIGNATURE, "")
    if signing_key and signature and not is_signed(identity, signature, signing_key):
        return ResolvedIdentity(identity, (make_finding("form-signature"),))
    return ResolvedIdentity(identity)


def find_claims(workbook: WorkbookData, table: FormTable) -> Iterator[IdentityClaim]:
    """Yield the readable statements in a workbook, the most trusted first."""
    id_cell = table.fields.get(FieldTag.FORM)
    texts = [
        (PROPERTY_FORM, workbook.find_property(PROPERTY_FORM)),
        (META_SHEET, _read_meta(workbook).get(MetaName.FORM, "")),
        (f"{table.sheet.name}!{id_cell.address}" if id_cell else "", id_cell.text if id_cell else ""),
    ]
    for source, text in texts:
        try:
            yield IdentityClaim(source, parse_form_id(text), is_visible=source not in (PROPERTY_FORM, META_SHEET))
        except ValueError:
            continue


def _resolve_confirmation(table: FormTable, plans: Plans, confirmation: Confirmation | None) -> ResolvedIdentity:
    if confirmation is None:
        return ResolvedIdentity(None, (make_finding("form-unconfirmed"),))
    confirmed_finding = make_finding("form-confirmed", site=confirmation.site, quarter=confirmation.quarter)
    version_in_force = plans.get_version_in_force(confirmation.quarter).number
    version = _find_version_by_keys(table, plans, confirmation)
    identity = FormIdentity(confirmation.site, confirmation.quarter, version)
    if version == version_in_force:
        return ResolvedIdentity(identity, (confirmed_finding,), is_confirmed=True)
    version_finding = make_finding("form-version-by-keys", version=version)
    return ResolvedIdentity(identity, (confirmed_finding, version_finding), is_confirmed=True)


def _find_version_by_keys(table: FormTable, plans: Plans, confirmation: Confirmation) -> int:
    """Return the plan version whose keys are exactly those of the sheet, preferring the one in force, then newer ones.

    Without a match, the version in force.
    """
    keys = [normalize_key(row.key) for row in table.rows if row.key]
    # The first key may be the title of the column.
    key_sets = (frozenset(keys), frozenset(keys[1:]))
    in_force = plans.get_version_in_force(confirmation.quarter)
    older_versions = [version for version in reversed(plans.versions) if version.number < in_force.number]
    candidates = (in_force, *older_versions)
    matches = (version.number for version in candidates if _find_expected_keys(version, confirmation) in key_sets)
    return next(matches, in_force.number)


def _find_expected_keys(version: PlanVersion, confirmation: Confirmation) -> frozenset[str] | None:
    try:
        rows = list_form_rows(version.plan, confirmation.site, confirmation.quarter)
    except FormError:
        return None
    return frozenset(normalize_key(str(row.key)) for row in rows)


def _make_contradiction(first: IdentityClaim, second: IdentityClaim) -> Finding:
    return make_finding(
        "form-contradiction",
        first_place=first.source,
        first=first.identity.form_id,
        second_place=second.source,
        second=second.identity.form_id,
    )


def _read_meta(workbook: WorkbookData) -> dict[str, str]:
    sheet: SheetData | None = workbook.find_sheet(META_SHEET)
    if sheet is None:
        return {}
    names = {cell.row: cell.text.strip() for cell in sheet.cells if cell.column == 1}
    values = {cell.row: cell.text.strip() for cell in sheet.cells if cell.column == 2}
    return {name: values[row] for row, name in reversed(names.items()) if row in values}
