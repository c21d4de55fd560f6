"""Making a site's form for a quarter from what the database holds: plan, targets, last values."""

from collections.abc import Sequence
from dataclasses import dataclass

from etl.database.connection import Engine, reading
from etl.database.read.effective_returns import read_effective_values, read_site_returns
from etl.database.read.plans import read_plans
from etl.errors import CardecError
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Basis, SiteReturn
from etl.returns.form.build import build_form, format_form_id
from etl.returns.form.targets import form_targets


class NoPlanYetError(CardecError):
    """No form can be made before a plan is loaded."""


@dataclass(frozen=True)
class FormFile:
    name: str
    form_id: str
    data: bytes


def make_form(engine: Engine, *, site: str, quarter: Quarter) -> FormFile:
    """The workbook that the site fills in; FormError when it is asked for nothing in the quarter."""
    with reading(engine) as connection:
        plans = read_plans(connection)
        if plans is None:
            raise NoPlanYetError("No plan is loaded yet. Load one with: python -m etl plan load data/plan")
        last = read_effective_values(connection, site=site, quarter=quarter.plus(-1), basis="submitted")
        before = read_site_returns(connection, site, basis="submitted", last=quarter.plus(-1))
    version = plans.version_in_force(quarter)
    data = build_form(
        version.plan,
        version.number,
        site,
        quarter,
        last_values={str(key): value for key, value in last.items()},
        targets=form_targets(version.plan, site, quarter.year),
        basis=_used_last(before),
    )
    return FormFile(f"{site}-{quarter}.xlsx", format_form_id(site, quarter, version.number), data)


def _used_last(before: Sequence[SiteReturn]) -> Basis:
    """How the site counted when it last had a choice: in a year's first quarter both are the same."""
    chosen = [one.basis for one in before if one.quarter.number != 1]
    return chosen[-1] if chosen else Basis.QUARTER
