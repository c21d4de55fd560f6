"""Fewer random examples in `make test`, for tests whose examples are slow."""

from typing import Any

from hypothesis import settings

_FEW = settings.get_profile("few").max_examples


def limit_examples(count: int, **options: Any) -> settings:
    """Return settings with so many examples at most, except in `make soak`, which runs all of them."""
    is_few = settings().max_examples <= _FEW
    return settings(max_examples=count, **options) if is_few else settings(**options)
