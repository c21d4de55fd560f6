"""The samples of pages miss no page, and no pair of page, width and language."""

from itertools import product

import pytest

from tests.browser.page_sampling import LANGUAGES, sample_half

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
