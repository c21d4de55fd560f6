"""Return files of the other plan, with numbers that are easy to add up."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from etl.indicators.periods import Quarter, list_quarters_between, parse_quarter
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Basis
from etl.plan.read_plan import read_plan
from etl.returns.form.build import list_form_rows
from tests.support.cached_forms import get_form
from tests.support.plan_edits import OTHER_PLAN

SENT_RETURNS = (
    *(("01", quarter) for quarter in ("2024Q1", "2024Q2", "2024Q3", "2024Q4", "2025Q1", "2025Q2")),
    *(("N-2", quarter) for quarter in ("2024Q1", "2024Q3", "2024Q4", "2025Q1")),
    *(("east.3", quarter) for quarter in ("2024Q3", "2024Q4")),
)
"""The submitted returns. N-2 skips a quarter and reports it in 2024Q4, as a year to date."""
YEAR_TO_DATE_RETURN = ("N-2", "2024Q4")
FIRST_QUARTER = Quarter(2024, 1)


def read_other_plan() -> Plan:
    plan = read_plan(OTHER_PLAN).plan
    assert plan is not None
    return plan


def make_entries(plan: Plan, site: str, quarter: Quarter) -> dict[str, Decimal]:
    """Return a value for every key of the form, larger for each later site and quarter."""
    place = list(plan.site_by_code).index(site) + 1
    step = quarter.index - FIRST_QUARTER.index + 1
    growers = 20 * place + step
    women = 8 * place + step // 2
    every = {
        "L.1": Decimal(100 * place + 10 * step),
        "L.2": Decimal("4.5") - Decimal(step) / 10,
        "L.3/numerator": Decimal(30 + step),
        "L.3/denominator": Decimal(100),
        "S.1": Decimal(50 * place + step),
        "S.2/numerator": Decimal(30 * place + step),
        "S.3": Decimal("12.25") + Decimal(step) / 100,
        "P.1": Decimal(growers),
        "P.1/sex/women": Decimal(women),
        "P.1/sex/men": Decimal(growers - women),
        # Smaller in second quarters, so that no quarter looks like a year to date.
        "P.1/age/youth": Decimal(5 * place + quarter.number % 2),
    }
    return {str(row.key): every[str(row.key)] for row in list_form_rows(plan, site, quarter)}


def make_year_to_date_entries(plan: Plan, site: str, quarter: Quarter) -> dict[str, Decimal]:
    """Return values with flows since 1 January, including the quarter that was not submitted."""
    entries = make_entries(plan, site, quarter)
    for earlier in list_quarters_between(Quarter(quarter.year, 1), quarter.shift(-1)):
        for key, value in make_entries(plan, site, earlier).items():
            if plan.indicator_by_code[key.partition("/")[0]].is_flow:
                entries[key] += value
    return entries


def make_filled_form(
    plan: Plan, site: str, quarter: str, *, version: int = 1, changes: Mapping[str, object] | None = None
) -> bytes:
    """Return the site's form for the quarter, with changed entries; None leaves a cell blank."""
    when = parse_quarter(quarter)
    is_to_date = (site, quarter) == YEAR_TO_DATE_RETURN
    entries = make_year_to_date_entries(plan, site, when) if is_to_date else make_entries(plan, site, when)
    return get_form(
        plan,
        version,
        site,
        when,
        basis=Basis.YEAR_TO_DATE if is_to_date else Basis.QUARTER,
        entries={key: value for key, value in {**entries, **(changes or {})}.items() if value is not None},
    )


def write_returns(folder: Path, plan: Plan, *, changes: Mapping[str, object] | None = None) -> list[Path]:
    """Write a file for each of `SENT_RETURNS` and return their paths in this order."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for site, quarter in SENT_RETURNS:
        path = folder / f"{site}-{quarter}.xlsx"
        path.write_bytes(make_filled_form(plan, site, quarter, changes=changes))
        paths.append(path)
    return paths
