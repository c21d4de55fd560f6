"""The samples of pages miss no page, no pair of page and width, and no kind of page."""

from itertools import product

import pytest

from tests.browser.page_sampling import LANGUAGES, sample_each_kind, sample_half

PAGES = tuple("abcdefg")


@pytest.mark.parametrize("widths", [(360, 1440), (360, 768, 1440)])
def test_the_sample_contains_each_pair_of_page_width_and_language(widths: tuple[int, ...]) -> None:
    visits = [
        (page, width, language)
        for width, language in product(widths, LANGUAGES)
        for page in sample_half(PAGES, width, widths, language)
    ]
    assert len(visits) == len(PAGES) * len(widths) == len(set(visits))
    for first, other, all_of_them in (
        (0, 1, product(PAGES, widths)),
        (0, 2, product(PAGES, LANGUAGES)),
        (1, 2, product(widths, LANGUAGES)),
    ):
        assert {(visit[first], visit[other]) for visit in visits} == set(all_of_them)


def test_each_kind_of_page_is_visited_in_both_languages_and_each_page_in_one() -> None:
    addresses = ["/staff/overview", *(f"/staff/site/{code}" for code in "abc"), "/staff/site/a?period=2024", "/"]
    chosen = {language: sample_each_kind(addresses, language) for language in LANGUAGES}
    assert {address for few in chosen.values() for address in few} == set(addresses)
    for few in chosen.values():
        assert {"/staff/overview", "/"} <= set(few)
        assert sum(address.startswith("/staff/site/") for address in few) == 2
