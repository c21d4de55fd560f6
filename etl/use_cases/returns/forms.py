"""Build a site's form for a quarter from the plan, its targets and the last values."""

from dataclasses import dataclass

from etl.database.connection import Engine, reading
from etl.database.read.plans import read_plans
from etl.errors import CardecError
from etl.indicators.periods import Quarter
from etl.queries.form_contents import read_form_contents
from etl.returns.form.build import build_form_workbook, format_form_id, serialize_form


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
        version = plans.get_version_in_force(quarter)
        contents = read_form_contents(connection, version.plan, site, quarter)
    form = build_form_workbook(version.plan, version.number, site, quarter, contents)
    return FormFile(f"{site}-{quarter}.xlsx", format_form_id(site, quarter, version.number), serialize_form(form))
