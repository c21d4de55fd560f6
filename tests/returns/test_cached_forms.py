"""Test that forms of the tests' cache are those that the system builds."""

from decimal import Decimal

import pytest

from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Basis
from etl.returns.form.build import build_form
from tests.returns.form_plans import make_form_plan
from tests.support.cached_forms import get_form

PLAN = make_form_plan()
ENTRIES = (
    12,
    Decimal("732.50"),
    1.5,
    1e22,
    Decimal("1E+3"),
    " 12 3",
    "a & <b>\"'",
    "១២\u200b៣",
    "\u00a03",
    "NC",
    "",
    None,
)
OTHER_ENTRIES = ("-", "=1+1", "a\x01b", "x\ny", Decimal("Infinity"))
"""Entries with a style of their own or with characters that a workbook can't hold."""


@pytest.mark.parametrize("entry", [*ENTRIES, *OTHER_ENTRIES], ids=repr)
def test_a_form_from_the_cache_equals_the_one_that_is_built(entry):
    quarter, contents = Quarter(2025, 3), {"basis": Basis.YEAR_TO_DATE, "signing_key": b"key"}
    entries = {"A-01": entry, "A-02": 7, "NONE-1": 5}
    assert get_form(PLAN, 1, "one", quarter, entries=entries, **contents) == build_form(
        PLAN, 1, "one", quarter, entries=entries, **contents
    )
