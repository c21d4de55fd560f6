"""Test the titles of the overview's charts."""

from etl.indicators.figures import count_ratings
from etl.indicators.results import Figure, Rating
from etl.indicators.vocabulary import LocalizedText, Objective
from etl.locale import get_locale
from etl.queries.overview_wording import (
    describe_on_track_share,
    make_on_track_title,
    make_ratings_title,
    sort_objectives_by_share,
)
from etl.queries.plan_overview import ObjectiveSummary
from etl.queries.rating_matrix import ObjectiveRows, YearMatrix

ENGLISH = get_locale("en")
GOOD, POOR, NONE = Rating.ON_TRACK, Rating.OFF_TRACK, Rating.NO_DATA


def make_summary(code: str, *ratings: Rating) -> ObjectiveSummary:
    objective = Objective(code, LocalizedText(f"Full name of {code}"), LocalizedText(f"Work {code}"))
    return ObjectiveSummary(objective, (), count_ratings(ratings))


def test_the_title_names_the_objective_with_the_lowest_share() -> None:
    """A: 1 of 2, 50 %; B: 1 of 3, 33 %; C has none rated."""
    summaries = [make_summary("A", GOOD, POOR), make_summary("B", GOOD, POOR, POOR), make_summary("C", NONE)]
    assert make_ratings_title(summaries, ENGLISH) == "Work B is furthest behind"
    assert [summary.objective.code for summary in sort_objectives_by_share(summaries)] == ["B", "A", "C"]


def test_with_equal_shares_more_off_track_comes_first() -> None:
    summaries = [make_summary("A", GOOD, Rating.AT_RISK), make_summary("B", GOOD, POOR)]
    assert [summary.objective.code for summary in sort_objectives_by_share(summaries)] == ["B", "A"]
    assert make_ratings_title(summaries, ENGLISH) == "All objectives have the same share on track"


def test_titles_without_a_comparison() -> None:
    assert make_ratings_title([make_summary("A", NONE)], ENGLISH) == "No indicator can be rated yet"
    assert make_ratings_title([make_summary("A", GOOD, POOR)], ENGLISH) == "Work A: 1 of 2 on track or achieved"
    good = "All rated indicators are on track or achieved"
    assert make_ratings_title([make_summary("A", GOOD), make_summary("B", GOOD, NONE)], ENGLISH) == good
    assert make_ratings_title([], ENGLISH) == "No indicator can be rated yet"


class _Rated:
    """Stands for a figure of which only the rating matters."""

    def __init__(self, rating: Rating) -> None:
        self.rating = rating


def make_matrix(**years_by_objective: tuple[tuple[Rating, ...], ...]) -> YearMatrix:
    """Return a matrix with the ratings of each objective, a tuple per year."""
    groups = []
    for code, years in years_by_objective.items():
        columns: list[tuple[Figure, ...]] = [tuple(map(_Rated, ratings)) for ratings in zip(*years, strict=True)]  # type: ignore[misc]
        rows = tuple((None, figures) for figures in columns)
        groups.append(ObjectiveRows(Objective(code, LocalizedText(code), LocalizedText(code)), rows))  # type: ignore[arg-type]
    count = len(next(iter(years_by_objective.values())))
    return YearMatrix(tuple(range(2022, 2022 + count)), tuple(groups))


def test_the_title_names_the_largest_fall_before_any_rise() -> None:
    """A falls from 100 % to 50 %, B rises from 0 to 100 %, C falls from 100 % to 0 but in an earlier year."""
    matrix = make_matrix(
        A=((GOOD, GOOD), (GOOD, GOOD), (GOOD, POOR)),
        B=((POOR, POOR), (POOR, POOR), (GOOD, GOOD)),
        C=((GOOD, GOOD), (POOR, POOR), (POOR, POOR)),
    )
    assert make_on_track_title(matrix, ENGLISH) == "A fell: 1 of 2 on track in 2024, 2 of 2 in 2023"


def test_years_without_a_rating_are_passed_over() -> None:
    matrix = make_matrix(A=((POOR, POOR), (NONE, NONE), (GOOD, POOR), (NONE, NONE)))
    assert make_on_track_title(matrix, ENGLISH) == "A rose: 1 of 2 on track in 2024, 0 of 2 in 2022"


def test_one_rated_year_or_no_change_has_a_title_too() -> None:
    assert make_on_track_title(make_matrix(A=((GOOD,), (NONE,))), ENGLISH) == "Share of indicators on track, by year"
    assert make_on_track_title(make_matrix(A=((GOOD,), (GOOD,))), ENGLISH) == "No change since 2022"


def test_a_share_has_the_counts_that_it_comes_from() -> None:
    """So years with different numbers of rated indicators can be compared."""
    first, second = (make_matrix(A=(ratings,)).objectives[0].count_column(0) for ratings in ((GOOD, POOR), (NONE,)))
    assert describe_on_track_share(first, ENGLISH) == "50 % (1 of 2)"
    assert describe_on_track_share(second, ENGLISH) == "–"
