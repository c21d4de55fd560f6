"""Samples of pages, widths and languages for `make test` that miss no kind; `make soak` visits all."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

LANGUAGES = ("en", "km")
Item, Variant = TypeVar("One"), TypeVar("Way")


def sample_half(items: Sequence[Item], variant: Variant, variants: Sequence[Variant], language: str) -> list[Item]:
    """Return half of the items for a variant (a width, for instance) and a language.

    Over all variants and languages, each item comes with each variant and in each language. There must be two
    variants or more.
    """
    shift = variants.index(variant) + LANGUAGES.index(language)
    return [item for index, item in enumerate(items) if (index + shift) % 2 == 0]


def sample_each_kind(addresses: Iterable[str], language: str) -> list[str]:
    """Return half of the addresses of each kind per language; the only address of a kind in both languages."""
    addresses_by_kind: dict[tuple[str, ...], list[str]] = {}
    for address in addresses:
        addresses_by_kind.setdefault(tuple(address.split("?")[0].split("/")[:3]), []).append(address)
    first = LANGUAGES.index(language)
    return [address for same_kind in addresses_by_kind.values() for address in (same_kind[first::2] or same_kind)]
