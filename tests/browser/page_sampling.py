"""Samples of pages, widths and languages for `make test` that miss no kind; `make soak` visits all."""

from collections.abc import Sequence
from typing import TypeVar

import pytest

LANGUAGES = ("en", "km")
KHMER_FIRST = ("km", pytest.param("en", marks=pytest.mark.soak))
"""Languages of a journey that does the same in both: Khmer in `make test`, both in `make soak`."""
Item, Variant = TypeVar("One"), TypeVar("Way")


def sample_half(items: Sequence[Item], variant: Variant, variants: Sequence[Variant], language: str) -> list[Item]:
    """Return half of the items for a variant (a width, for instance) and a language.

    Over all variants and languages, each item comes with each variant and in each language. There must be two
    variants or more.
    """
    shift = variants.index(variant) + LANGUAGES.index(language)
    return [item for index, item in enumerate(items) if (index + shift) % 2 == 0]
