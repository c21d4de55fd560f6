"""Reference implementation of docs/arithmetic.md, A3 and C10: the data of an indicator, and the terms of totals."""

from collections.abc import Sequence
from copy import copy
from datetime import date

from etl.indicators.periods import Quarter
from etl.indicators.plan_settings import PlanSettings
from etl.indicators.plans import Plan, Plans
from etl.indicators.vocabulary import Indicator, SiteReturn, Source
from tests.support.reference_rows import (
    Row,
    Rows,
    compute_reference_site_quarters,
    compute_system_rows,
    find_expected_indicator,
    find_indicator,
    is_same_definition,
)


class IndicatorData:
    """The data of one indicator or part: the plans, today, and the rows of each site."""

    def __init__(self, plans: Plans, returns: Sequence[SiteReturn], code: str, part: str, today: date) -> None:
        self.plans, self.code, self.part, self.today = plans, code, part, today
        self.rows: dict[str, dict[Quarter, Row]] = {}
        self.system_rows: dict[str, dict[Quarter, Row]] = {}
        for site in sorted({site.code for version in plans.versions for site in version.plan.sites}):
            self.rows[site] = list_rows_of_key(compute_reference_site_quarters(plans, returns, site), code, part)
            self.system_rows[site] = list_rows_of_key(
                compute_system_rows(plans, returns, site, code, today), code, part
            )
        self.terms: list[IndicatorData] = []
        for term in list_all_terms(plans, code):
            if term != code:
                self.terms.append(IndicatorData(plans, returns, term, part, today))
        if self.terms and code in list_all_terms(plans, code):
            own_data = copy(self)
            own_data.terms = []
            self.terms.append(own_data)

    def terms_at(self, quarter: Quarter) -> list["IndicatorData"]:
        """C10: the terms of the total by the version in force in the quarter."""
        plan = self.plans.get_plan_in_force(quarter)
        definition = find_indicator(plan, self.code)
        codes = list_leaf_terms(plan, definition) if definition is not None else []
        return [term for term in self.terms if term.code in codes]

    def is_answered(self, site: str, quarter: Quarter) -> bool:
        """Whether the cell, or each cell of a total, has a row."""
        if not self.terms:
            return self.row(site, quarter) is not None
        terms = [term for term in self.terms_at(quarter) if term.is_cell_expected(site, quarter)]
        return all(term.row(site, quarter) is not None for term in terms)

    def settings(self, quarter: Quarter) -> PlanSettings:
        return self.plans.get_plan_in_force(quarter).settings

    def is_expected_from_any(self, sites: Sequence[str], quarter: Quarter) -> bool:
        """C1: whether any selected site is expected to report in the quarter."""
        return any(self.is_cell_expected(site, quarter) for site in sites)

    def is_cell_expected(self, site: str, quarter: Quarter) -> bool:
        return find_expected_indicator(self.plans, self.code, site, quarter) is not None

    def row(self, site: str, quarter: Quarter) -> Row | None:
        """A3: the row of the site; None is missing or not due."""
        indicator = find_expected_indicator(self.plans, self.code, site, quarter)
        if indicator is None:
            return None
        if indicator.source is Source.SYSTEM:
            return self.system_rows[site].get(quarter)
        return self.rows[site].get(quarter)

    def is_due(self, quarter: Quarter) -> bool:
        return self.settings(quarter).calendar.is_due(quarter, self.today)

    def has_ended(self, quarter: Quarter) -> bool:
        return self.settings(quarter).calendar.has_ended(quarter, self.today)

    def is_same_definition(self, quarter: Quarter, definition: Indicator) -> bool:
        return is_same_definition(self.plans, self.code, quarter, definition)


def list_leaf_terms(plan: Plan, indicator: Indicator) -> list[str]:
    """C10: the reported indicators that a total adds up, also through other totals; else the indicator itself."""
    if not indicator.sum_of:
        return [indicator.code]
    codes = []
    for code in indicator.sum_of:
        term = find_indicator(plan, code)
        assert term is not None
        codes += list_leaf_terms(plan, term)
    return codes


def list_all_terms(plans: Plans, code: str) -> list[str]:
    """C10: the terms in any version."""
    codes: list[str] = []
    for version in plans.versions:
        definition = find_indicator(version.plan, code)
        if definition is not None:
            codes += [term for term in list_leaf_terms(version.plan, definition) if term not in codes]
    return codes


def list_rows_of_key(rows: Rows, code: str, part: str) -> dict[Quarter, Row]:
    """Return the rows of an indicator or part by quarter."""
    return {quarter: row for (row_code, row_part, quarter), row in rows.items() if (row_code, row_part) == (code, part)}
