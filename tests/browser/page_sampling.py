"""Samples of languages for `make test`; `make soak` visits all."""

import pytest

KHMER_FIRST = ("km", pytest.param("en", marks=pytest.mark.soak))
"""Languages of a journey that does the same in both: Khmer in `make test`, both in `make soak`."""
