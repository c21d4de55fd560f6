"""What `make test` visits of all pages, widths and languages, so that no kind is left out; `make soak` visits all."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

LANGUAGES = ("en", "km")
One, Way = TypeVar("One"), TypeVar("Way")


def alternating(all_of_them: Sequence[One], way: Way, ways: Sequence[Way], language: str) -> list[One]:
    """Half of them, such that over all ways (widths, say) and languages each comes in each way and each language.

    There must be two ways or more.
    """
    shift = ways.index(way) + LANGUAGES.index(language)
    return [one for place, one in enumerate(all_of_them) if (place + shift) % 2 == 0]


def every_kind(addresses: Iterable[str], language: str) -> list[str]:
    """Of the addresses that begin alike half in each language; one that is alone of its kind in both."""
    kinds: dict[tuple[str, ...], list[str]] = {}
    for address in addresses:
        kinds.setdefault(tuple(address.split("?")[0].split("/")[:3]), []).append(address)
    first = LANGUAGES.index(language)
    return [one for alike in kinds.values() for one in (alike[first::2] or alike)]
