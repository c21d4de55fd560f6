"""Which differences between two editions are restatements."""

from decimal import Decimal

import pytest

from etl.indicators.editions import EditionFigure, FigureKey, Suppression
from etl.indicators.periods import Quarter
from etl.indicators.results import NoValue
from etl.queries.edition_draft import find_restatements

KEY = FigureKey("A-01", "", "", "2022Q1")


@pytest.mark.parametrize(
    ("old", "new", "is_restated"),
    [
        (NoValue.NOT_APPLICABLE, NoValue.NOT_DUE, False),
        (Suppression.SMALL, Suppression.WITHHELD, False),
        (NoValue.NOTHING_REPORTED, NoValue.NOT_DUE, True),
        (NoValue.NOT_DUE, NoValue.NOT_DUE, False),
    ],
)
def test_a_reason_that_says_the_same_is_not_restated(old: str, new: str, is_restated: bool) -> None:
    """Older editions have `not_applicable` for the quarters between the reports of an annual indicator."""
    restatements = find_restatements([EditionFigure(KEY, old)], [EditionFigure(KEY, new)], Quarter(2022, 4))
    assert bool(list(restatements)) is is_restated


@pytest.mark.parametrize("period", ["plan", "2022"])
def test_a_figure_of_a_period_that_goes_on_is_restated_by_an_edition_of_the_same_quarter(period: str) -> None:
    """Another quarter moves the plan to date, which says nothing about the older figure."""
    key = FigureKey("A-01", "", "", period)
    old = EditionFigure(key, "value", value=Decimal(5))
    new = EditionFigure(key, "value", value=Decimal(6))
    assert list(find_restatements([old], [new], Quarter(2022, 2), is_same_quarter=True))
    assert not list(find_restatements([old], [new], Quarter(2022, 2)))


def test_a_target_that_changed_beside_such_a_reason_is_restated() -> None:
    old = EditionFigure(KEY, NoValue.NOT_APPLICABLE, target=Decimal(5))
    new = EditionFigure(KEY, NoValue.NOT_DUE, target=Decimal(6))
    assert list(find_restatements([old], [new], Quarter(2022, 4)))
