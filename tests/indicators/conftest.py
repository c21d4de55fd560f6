"""Every worked case is asked of the core and of the oracle."""

import pytest

from tests.support.core_and_oracle import FigureCalculator, compute_with_core, compute_with_oracle


@pytest.fixture(params=[compute_with_core, compute_with_oracle], ids=["core", "oracle"])
def asks(request: pytest.FixtureRequest) -> FigureCalculator:
    return FigureCalculator(request.param)
