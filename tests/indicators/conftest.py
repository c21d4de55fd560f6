"""Compute every worked case with the core and with the reference implementation."""

import pytest

from tests.support.core_and_oracle import FigureCalculator, compute_with_core, compute_with_oracle


@pytest.fixture(params=[compute_with_core, compute_with_oracle], ids=["core", "oracle"])
def calculate(request: pytest.FixtureRequest) -> FigureCalculator:
    return FigureCalculator(request.param)
