"""Samples of plausible numbers that are too different from, or too similar to, the site's earlier returns."""

from etl.indicators.vocabulary import Basis
from tests.finding_samples.sample import Sample, SampleScenario, make_typed_sample
from tests.returns.intake_cases import make_other_return, make_return_file, map_returns_by_quarter

FOUR_QUARTERS = SampleScenario(
    other_returns=map_returns_by_quarter(
        **{f"Q2024Q{n}": make_other_return(A_01=n + 1, A_02=700 + n) for n in (1, 2, 3, 4)}
    )
)
"""Four earlier quarters: A-01 at most 5, and A-02 almost constant, most recently 704."""
SAME_RETURN = SampleScenario(
    other_returns=map_returns_by_quarter(
        Q2025Q2=make_other_return(A_01=12, A_01__sex__women=5, A_01__kind__new=4, A_01__kind__old=8)
    )
)
SMALLER_RETURNS = SampleScenario(
    other_returns=map_returns_by_quarter(
        Q2025Q1=make_other_return(A_01=5, A_01__sex__women=2, A_01__kind__new=1, A_01__kind__old=4),
        Q2025Q2=make_other_return(A_01=7, A_01__sex__women=3, A_01__kind__new=3, A_01__kind__old=4),
    )
)
"""Two earlier quarters that add up to the valid return's values, except for the women."""


def collect_farmer_counts(count: int, women: int = 1) -> dict[str, object]:
    """Return entries for the flows of the valid return."""
    return {"A-01": count, "A-01/sex/women": women, "A-01/kind/new": count - women, "A-01/kind/old": women}


SAMPLES: tuple[Sample, ...] = (
    Sample(
        "flow-unusually-high",
        lambda: make_return_file(collect_farmer_counts(16)),
        lambda: make_return_file(collect_farmer_counts(15)),
        FOUR_QUARTERS,
    ),
    Sample(
        "stock-unusual",
        lambda: make_return_file({**collect_farmer_counts(9), "A-02": 916}),
        lambda: make_return_file({**collect_farmer_counts(9), "A-02": 915}),
        FOUR_QUARTERS,
    ),
    Sample(
        "stock-falls-to-zero",
        lambda: make_return_file({"A-02": 0, "B-04/numerator": 0}),
        lambda: make_return_file({"A-02": 1, "B-04/numerator": 0}),
        SampleScenario(other_returns=map_returns_by_quarter(Q2025Q2=make_other_return(A_02=20))),
    ),
    Sample(
        "flows-all-zero",
        lambda: make_return_file(dict.fromkeys(collect_farmer_counts(0), 0)),
        lambda: make_return_file(collect_farmer_counts(1, 0)),
    ),
    make_typed_sample("women-are-all", {"A-01/sex/women": 12}),
    Sample("flows-as-last-quarter", make_return_file, lambda: make_return_file({"A-01/sex/women": 6}), SAME_RETURN),
    Sample(
        "basis-doubtful",
        lambda: make_return_file({"A-01/sex/women": 6}),
        lambda: make_return_file({"A-01/sex/women": 4}),
        SMALLER_RETURNS,
    ),
    Sample(
        "basis-differs",
        make_return_file,
        lambda: make_return_file(basis=Basis.YEAR_TO_DATE),
        SampleScenario(other_returns=map_returns_by_quarter(Q2024Q4=make_other_return(Basis.YEAR_TO_DATE))),
    ),
)
