"""What `make test` visits of all pages, widths and languages, so that no kind is left out; `make soak` visits all."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

LANGUAGES = ("en", "km")
Item, Variant = TypeVar("One"), TypeVar("Way")


def sample_half(items: Sequence[Item], variant: Variant, variants: Sequence[Variant], language: str) -> list[Item]:
    """Half of them, such that over all ways (widths, say) and languages each comes in each way and each language.

    There must be two ways or more.
    """
    shift = variants.index(variant) + LANGUAGES.index(language)
    return [item for index, item in enumerate(items) if (index + shift) % 2 == 0]


def sample_each_kind(addresses: Iterable[str], language: str) -> list[str]:
    """Of the addresses that begin alike half in each language; one that is alone of its kind in both."""
    kinds: dict[tuple[str, ...], list[str]] = {}
    for address in addresses:
        kinds.setdefault(tuple(address.split("?")[0].split("/")[:3]), []).append(address)
    first = LANGUAGES.index(language)
    return [address for alike in kinds.values() for address in (alike[first::2] or alike)]
