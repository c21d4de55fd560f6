"""Samples of numbers that may be right and are unlike, or too much like, what the site reported before."""

from etl.indicators.vocabulary import Basis
from tests.finding_samples.sample import Sample, World, typed
from tests.returns.intake_cases import an_earlier, filled, quarters

FOUR = World(others=quarters(**{f"Q2024Q{n}": an_earlier(A_01=n + 1, A_02=700 + n) for n in (1, 2, 3, 4)}))
"""Four quarters in which the site reported: at most 5 of A-01, and a level of A-02 that hardly moved, now 704."""
SAME = World(others=quarters(Q2025Q2=an_earlier(A_01=12, A_01__sex__women=5, A_01__kind__new=4, A_01__kind__old=8)))
LESS = World(
    others=quarters(
        Q2025Q1=an_earlier(A_01=5, A_01__sex__women=2, A_01__kind__new=1, A_01__kind__old=4),
        Q2025Q2=an_earlier(A_01=7, A_01__sex__women=3, A_01__kind__new=3, A_01__kind__old=4),
    )
)
"""Together what the good return says of its quarter; only the women were fewer."""


def people(count: int, women: int = 1) -> dict[str, object]:
    """The flows of the good return, all small but the number itself."""
    return {"A-01": count, "A-01/sex/women": women, "A-01/kind/new": count - women, "A-01/kind/old": women}


SAMPLES: tuple[Sample, ...] = (
    Sample("flow-unusually-high", lambda: filled(people(16)), lambda: filled(people(15)), FOUR),
    Sample(
        "stock-unusual",
        lambda: filled({**people(9), "A-02": 916}),
        lambda: filled({**people(9), "A-02": 915}),
        FOUR,
    ),
    Sample(
        "stock-falls-to-zero",
        lambda: filled({"A-02": 0, "B-04/numerator": 0}),
        lambda: filled({"A-02": 1, "B-04/numerator": 0}),
        World(others=quarters(Q2025Q2=an_earlier(A_02=20))),
    ),
    Sample("flows-all-zero", lambda: filled(dict.fromkeys(people(0), 0)), lambda: filled(people(1, 0))),
    typed("women-are-all", {"A-01/sex/women": 12}),
    Sample("flows-as-last-quarter", filled, lambda: filled({"A-01/sex/women": 6}), SAME),
    Sample("basis-doubtful", lambda: filled({"A-01/sex/women": 6}), lambda: filled({"A-01/sex/women": 4}), LESS),
    Sample(
        "basis-differs",
        filled,
        lambda: filled(basis=Basis.YEAR_TO_DATE),
        World(others=quarters(Q2024Q4=an_earlier(Basis.YEAR_TO_DATE))),
    ),
)
