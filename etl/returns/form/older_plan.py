"""A form made by an older version of the plan: what it asks otherwise than the version in force does."""

from collections.abc import Iterable, Iterator, Mapping

from etl.indicators.plans import Plan, Plans, PlanVersion
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.find_form import clean_key
from etl.returns.form.parsed_return import ParsedCell, ParsedReturn
from etl.returns.form.rows import FormError, FormRow, form_rows
from etl.returns.form_identity import FormIdentity
from etl.returns.numbers import NumberState, repr_text

_KEYS_SHOWN = 12


def resolve_rows(plan: Plan, identity: FormIdentity) -> tuple[FormRow, ...] | Finding:
    """The rows of the form, or the finding that there is no such form."""
    site = plan.site_by_code.get(identity.site)
    if site is None:
        return make_finding("site-unknown", site=identity.site)
    try:
        return form_rows(plan, identity.site, identity.quarter)
    except FormError:
        if not site.is_active(identity.quarter):
            active = f"{site.reports_from or '...'} - {site.closed_after or '...'}"
            return make_finding("site-closed", site=identity.site, quarter=identity.quarter, active=active)
        return make_finding("nothing-asked", site=identity.site, quarter=identity.quarter)


def make_older_plan_finding(identity: FormIdentity, rows: tuple[FormRow, ...], newest: PlanVersion) -> Finding:
    """What the two versions ask alike, and what is asked now more or less."""
    now = resolve_rows(newest.plan, identity)
    before = [str(row.key) for row in rows]
    after = [] if isinstance(now, Finding) else [str(row.key) for row in now]
    return make_finding(
        "form-older-plan",
        version=identity.plan_version,
        newest=newest.number,
        quarter=identity.quarter,
        same=len(set(before) & set(after)),
        more=_some_keys(key for key in after if key not in before),
        less=_some_keys(key for key in before if key not in after),
    )


def check_units(parsed: ParsedReturn, form_plan: Plan, newest: Plan) -> Iterator[Finding]:
    """Numbers in a unit that the version in force no longer asks for: they would count as if they were in the new."""
    if form_plan is newest:
        return
    for cell in parsed.cells:
        before, now = _unit(form_plan, cell.key.indicator), _unit(newest, cell.key.indicator)
        if cell.state is NumberState.VALUE and before and now and before != now:
            yield _changed(parsed, cell, before, now)


def check_copied_units(parsed: ParsedReturn, unit_texts: Mapping[str, str], plans: Plans) -> Iterator[Finding]:
    """The same for a copied sheet, which only its own unit column can tell apart; `said` is that column, by key."""
    newest = plans.version_in_force(parsed.quarter).plan
    for cell in parsed.cells:
        before = _unit_meant(unit_texts.get(str(cell.key), ""), cell.key.indicator, plans)
        now = _unit(newest, cell.key.indicator)
        if cell.state is NumberState.VALUE and before and now and before != now:
            yield _changed(parsed, cell, before, now)


def _unit_meant(said: str, code: str, plans: Plans) -> str:
    """The unit that a form's words for it stand for, by the newest version that uses them; blank where none does."""
    words = {clean_key(piece) for line in said.splitlines() for piece in line.split(" / ")} - {""}
    for version in reversed(plans.versions):
        indicator = version.plan.indicator_by_code.get(code)
        if indicator is not None:
            known = (indicator.unit_label.en, indicator.unit_label.km, indicator.unit)
            if words & {clean_key(one) for one in known}:
                return indicator.unit
    return ""


def _changed(parsed: ParsedReturn, cell: ParsedCell, before: str, now: str) -> Finding:
    return make_finding(
        "unit-changed",
        sheet=cell.sheet,
        cell=cell.address,
        key=str(cell.key),
        found=repr_text(cell.raw),
        before=before,
        now=now,
        quarter=parsed.quarter,
    )


def _unit(plan: Plan, code: str) -> str:
    """The unit of an indicator, of a ratio too: what its two numbers are counted in follows from it; blank for none."""
    indicator = plan.indicator_by_code.get(code)
    return "" if indicator is None else indicator.unit


def _some_keys(keys: Iterable[str]) -> str:
    found_keys = list(keys)
    return ", ".join(found_keys[:_KEYS_SHOWN]) + (" ..." if len(found_keys) > _KEYS_SHOWN else "") or "-"
