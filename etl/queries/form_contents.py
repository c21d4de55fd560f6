"""The known contents of a site's form: the values of the quarter before, the year's targets and the usual basis."""

from collections.abc import Sequence

from etl.database.connection import Connection
from etl.database.read.effective_returns import read_effective_values, read_site_returns
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Basis, SiteReturn
from etl.returns.form.spec import FormContents
from etl.returns.form.targets import list_form_targets


def read_form_contents(connection: Connection, plan: Plan, site: str, quarter: Quarter) -> FormContents:
    """Return the contents of the empty form of a site and quarter."""
    last_values = read_effective_values(connection, site=site, quarter=quarter.shift(-1), basis="submitted")
    earlier_returns = read_site_returns(connection, site, basis="submitted", last=quarter.shift(-1))
    return FormContents(
        last_values={str(key): value for key, value in last_values.items()},
        targets=list_form_targets(plan, site, quarter.year),
        basis=_find_last_basis(earlier_returns),
    )


def _find_last_basis(returns: Sequence[SiteReturn]) -> Basis:
    """Return the basis of the last return outside a first quarter, where both bases mean the same."""
    bases = [site_return.basis for site_return in returns if site_return.quarter.number != 1]
    return bases[-1] if bases else Basis.QUARTER
