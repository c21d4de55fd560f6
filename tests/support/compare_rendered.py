"""Compare numbers of rendered pages with those of the reference implementation."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from dashboard.selection import Selection
from etl.indicators.periods import Period, Years
from etl.indicators.plans import Plan
from etl.indicators.results import NoValue, Rating
from etl.indicators.vocabulary import Indicator
from etl.locale import get_locale
from etl.wording import describe_amount, describe_rating, describe_share
from tests.support.compare_printed_figures import TOLERANCE
from tests.support.reference_arithmetic import ReferenceFigure
from tests.support.rendered_pages import Element, RenderedCell, RenderedPage


def is_number(exact: str, reference: Fraction | NoValue) -> bool:
    if isinstance(reference, NoValue):
        return exact == reference.value
    try:
        number = Fraction(Decimal(exact))
    except ArithmeticError:
        return False
    return abs(number - reference) <= TOLERANCE * max(abs(reference), Fraction(1, 10**6))


def assert_cell(cell: RenderedCell, reference: Fraction | NoValue, indicator: Indicator | None, language: str) -> None:
    """Check the exact number against the oracle, and its text against the rounded number. No indicator: a share."""
    exact, text = cell.numbers[0]
    assert is_number(exact, reference), (exact, reference)
    amount = reference if isinstance(reference, NoValue) else Decimal(exact)
    words = (
        describe_share(amount, get_locale(language))
        if indicator is None
        else describe_amount(amount, indicator, get_locale(language))
    )
    assert text == words


def assert_target(cell: RenderedCell, reference: ReferenceFigure, indicator: Indicator, language: str) -> None:
    """Check a target; that of a rated period between two milestones says so (D3 of docs/arithmetic.md)."""
    is_between = reference.target is NoValue.NO_TARGET and not isinstance(reference.expected, NoValue)
    if is_between and Rating(reference.rating).is_rated:
        assert cell.numbers[0] == (NoValue.NO_TARGET.value, get_locale(language).gettext("between milestones"))
    else:
        assert_cell(cell, reference.target, indicator, language)


def check_compared_bars(
    traces: Sequence[Element],
    indicator: Indicator,
    selection: Selection,
    find_reference: Callable[..., ReferenceFigure],
) -> None:
    """Check the bars of other sites beside those of the page's sites, by year."""
    for trace, sites in zip(traces, list_compared_sites(selection), strict=True):
        for year, exact in zip(trace["x"], trace["customdata"], strict=True):
            reference = find_reference(indicator.code, Years(int(year), int(year)), sites)
            assert is_number(exact, reference.actual.amount), (indicator.code, sites, year)


def list_compared_sites(selection: Selection) -> list[tuple[str, ...]]:
    """Return the sites of each series that a selection compares with; nothing where it compares with a year."""
    if selection.compare.startswith("site-"):
        return [(selection.compare.removeprefix("site-"),)]
    return [(code,) for code in list(selection.sites)[:4]] if selection.compare == "each-site" else []


def check_comparison(
    page: RenderedPage, selection: Selection, find_reference: Callable[..., ReferenceFigure], plan: Plan
) -> None:
    """Check the figures of other years and sites beside those of the selection, and their differences."""
    key = selection.compare
    others: list[tuple[Period | None, tuple[str, ...] | None]] = []
    if key.isdigit():
        others = [(Years(int(key), int(key)), None)]
    else:
        others = [(None, sites) for sites in list_compared_sites(selection)]
    if not others:
        assert ("compared" in page.tables) is (key == "year-before")
        return
    for row in page.tables["compared"][1]:
        indicator = plan.indicator_by_code[row[0].text.split()[-1]]
        first = find_reference(indicator.code).actual.amount
        assert_cell(row[1], first, indicator, selection.language)
        for index, (period, sites) in enumerate(others):
            reference = find_reference(indicator.code, period, sites)
            second, difference = reference.actual.amount, row[5 + 3 * index]
            assert_cell(row[3 + 3 * index], second, indicator, selection.language)
            assert row[4 + 3 * index].text.endswith(describe_rating(Rating(reference.rating), selection.locale))
            if isinstance(first, NoValue) or isinstance(second, NoValue) or indicator.is_stage:
                assert difference.text == "–"
            else:
                error = Fraction(Decimal(difference.numbers[0][0])) - (first - second)
                assert abs(error) <= TOLERANCE * max(abs(first), abs(second), 1)
