"""Tests of the cached cells that forms expect."""

from itertools import product

import pytest

from etl.indicators.periods import Quarter
from etl.plan.read_plan import read_plan
from etl.returns.form import expected_cells as expected_cells_module
from etl.returns.form.expected_cells import get_expected_cells
from etl.returns.form.layout import locate_rows
from etl.returns.form.number_specs import make_number_spec
from etl.returns.form.rows import FormError, list_form_rows
from tests.returns.form_plans import make_form_plan
from tests.support.plan_edits import OTHER_PLAN


def test_cached_cells_are_those_expected_of_each_site_in_each_quarter():
    for plan in (make_form_plan(), read_plan(OTHER_PLAN).plan):
        assert plan is not None
        rows_seen = set()
        for site, year, number in product(plan.site_by_code, (2022, 2024, 2025), range(1, 5)):
            quarter = Quarter(year, number)
            try:
                rows = list_form_rows(plan, site, quarter)
            except FormError:
                continue
            expected = get_expected_cells(plan, rows, quarter)
            assert expected.rows == rows == tuple(expected.by_key.values())
            assert expected.row_numbers == locate_rows(plan, rows, quarter)
            assert expected.number_specs == {str(row.key): make_number_spec(plan, row) for row in rows}
            rows_seen.add(rows)
        assert len(rows_seen) > 1


def test_the_cache_holds_at_most_its_limit_of_forms(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(expected_cells_module, "MAX_CACHED_FORMS", 2)
    plan = make_form_plan()
    rows = list_form_rows(plan, "one", Quarter(2025, 4))
    codes = list(dict.fromkeys(row.indicator for row in rows))
    for last in range(1, len(codes) + 1):
        some = tuple(row for row in rows if row.indicator in codes[:last])
        assert get_expected_cells(plan, some, Quarter(2025, 4)).rows == some
        assert len(plan.cache["expected cells"]) <= 2
    assert len(codes) > 2
