"""Build a site's form for a quarter from the plan, its targets and the last values."""

from collections.abc import Sequence
from dataclasses import dataclass

from etl.database.connection import Engine, reading
from etl.database.read.effective_returns import read_effective_values, read_site_returns
from etl.database.read.plans import read_plans
from etl.errors import CardecError
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Basis, SiteReturn
from etl.returns.form.build import build_form, format_form_id
from etl.returns.form.targets import list_form_targets


class NoPlanYetError(CardecError):
    """No plan is loaded, so no form can be built."""


@dataclass(frozen=True)
class FormFile:
    """A form as an Excel file."""

    name: str
    form_id: str
    data: bytes


def make_form(engine: Engine, *, site: str, quarter: Quarter) -> FormFile:
    """Build the form of a site and quarter. Raises FormError when nothing is to be reported for it."""
    with reading(engine) as connection:
        plans = read_plans(connection)
        if plans is None:
            raise NoPlanYetError("No plan is loaded yet. Load one with: python -m etl plan load data/plan")
        last_values = read_effective_values(connection, site=site, quarter=quarter.shift(-1), basis="submitted")
        earlier_returns = read_site_returns(connection, site, basis="submitted", last=quarter.shift(-1))
    version = plans.get_version_in_force(quarter)
    data = build_form(
        version.plan,
        version.number,
        site,
        quarter,
        last_values={str(key): value for key, value in last_values.items()},
        targets=list_form_targets(version.plan, site, quarter.year),
        basis=_find_last_basis(earlier_returns),
    )
    return FormFile(f"{site}-{quarter}.xlsx", format_form_id(site, quarter, version.number), data)


def _find_last_basis(returns: Sequence[SiteReturn]) -> Basis:
    """Return the basis of the last return outside a first quarter, where both bases mean the same."""
    bases = [site_return.basis for site_return in returns if site_return.quarter.number != 1]
    return bases[-1] if bases else Basis.QUARTER
