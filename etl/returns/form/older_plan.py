"""Compare a form of an older plan version with the version in force."""

from collections.abc import Iterable, Iterator, Mapping

from etl.indicators.plans import Plan, Plans, PlanVersion
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.find_form import clean_key
from etl.returns.form.parsed_return import ParsedCell, ParsedReturn
from etl.returns.form.rows import FormError, FormRow, list_form_rows
from etl.returns.form_identity import FormIdentity
from etl.returns.numbers import NumberState, shorten_text

_MAX_LISTED_KEYS = 12


def resolve_rows(plan: Plan, identity: FormIdentity) -> tuple[FormRow, ...] | Finding:
    """Return the rows of the form, or a finding that says why the form does not exist."""
    site = plan.site_by_code.get(identity.site)
    if site is None:
        return make_finding("site-unknown", site=identity.site)
    try:
        return list_form_rows(plan, identity.site, identity.quarter)
    except FormError:
        if not site.is_active(identity.quarter):
            active = f"{site.reports_from or '...'} - {site.closed_after or '...'}"
            return make_finding("site-closed", site=identity.site, quarter=identity.quarter, active=active)
        return make_finding("nothing-asked", site=identity.site, quarter=identity.quarter)


def make_older_plan_finding(identity: FormIdentity, rows: tuple[FormRow, ...], newest: PlanVersion) -> Finding:
    """Return a finding with the keys that the version in force adds and removes."""
    new_rows = resolve_rows(newest.plan, identity)
    old_keys = [str(row.key) for row in rows]
    new_keys = [] if isinstance(new_rows, Finding) else [str(row.key) for row in new_rows]
    return make_finding(
        "form-older-plan",
        version=identity.plan_version,
        newest=newest.number,
        quarter=identity.quarter,
        same=len(set(old_keys) & set(new_keys)),
        more=_join_keys(key for key in new_keys if key not in old_keys),
        less=_join_keys(key for key in old_keys if key not in new_keys),
    )


def check_units(parsed_return: ParsedReturn, form_plan: Plan, newest: Plan) -> Iterator[Finding]:
    """Yield an error for each number whose unit, or way to count people, differs in the version in force."""
    if form_plan is newest:
        return
    for cell in parsed_return.cells:
        before, now = (_describe_count(plan, cell.key.indicator) for plan in (form_plan, newest))
        if cell.state is NumberState.VALUE and before and now and before != now:
            yield _make_unit_finding(parsed_return, cell, before, now)


def check_copied_units(parsed_return: ParsedReturn, unit_texts: Mapping[str, str], plans: Plans) -> Iterator[Finding]:
    """Yield the same errors for a copied sheet, by the texts of its unit column. `unit_texts` is by written key."""
    newest = plans.get_version_in_force(parsed_return.quarter).plan
    for cell in parsed_return.cells:
        before = _find_unit(unit_texts.get(str(cell.key), ""), cell.key.indicator, plans)
        now = _get_unit(newest, cell.key.indicator)
        if cell.state is NumberState.VALUE and before and now and before != now:
            yield _make_unit_finding(parsed_return, cell, before, now)


def _find_unit(unit_text: str, code: str, plans: Plans) -> str:
    """Return the unit that a text means in the newest version that has it; blank where none has."""
    spellings = {clean_key(piece) for line in unit_text.splitlines() for piece in line.split(" / ")} - {""}
    for version in reversed(plans.versions):
        indicator = version.plan.indicator_by_code.get(code)
        if indicator is not None:
            unit_names = (indicator.unit_label.en, indicator.unit_label.km, indicator.unit)
            if spellings & {clean_key(name) for name in unit_names}:
                return _get_unit(version.plan, code)
    return ""


def _make_unit_finding(parsed_return: ParsedReturn, cell: ParsedCell, before: str, now: str) -> Finding:
    return make_finding(
        "unit-changed",
        sheet=cell.sheet,
        cell=cell.address,
        key=str(cell.key),
        found=shorten_text(cell.raw),
        before=before,
        now=now,
        quarter=parsed_return.quarter,
    )


def _get_unit(plan: Plan, code: str) -> str:
    """Return the unit of an indicator, or its stages; blank where the plan does not have the indicator."""
    indicator = plan.indicator_by_code.get(code)
    if indicator is None:
        return ""
    return ", ".join(f"{stage.rank} {stage.code}" for stage in indicator.stages) or indicator.unit


def _describe_count(plan: Plan, code: str) -> str:
    """Return the unit of an indicator, with a mark where each person counts once."""
    indicator, unit = plan.indicator_by_code.get(code), _get_unit(plan, code)
    return f"{unit} (unique: {indicator.unique_people})" if indicator and indicator.counts_new_people else unit


def _join_keys(keys: Iterable[str]) -> str:
    key_list = list(keys)
    return ", ".join(key_list[:_MAX_LISTED_KEYS]) + (" ..." if len(key_list) > _MAX_LISTED_KEYS else "") or "-"
