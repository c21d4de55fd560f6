"""Translations and formats of both languages."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.indicators.periods import Quarter
from etl.locale import get_locale, translations
from etl.locale.translations import read_catalogue


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a Khmer catalogue with a translated and an untranslated text."""
    (tmp_path / "km").mkdir()
    (tmp_path / "km" / "pages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        '# needs native review\nmsgid "{count} sites"\nmsgstr "ទីតាំង {count}"\n\n'
        'msgid "Nothing yet"\nmsgstr ""\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(translations, "CATALOGUES", tmp_path)
    _clear_caches()
    yield
    _clear_caches()


def _clear_caches() -> None:
    read_catalogue.cache_clear()
    get_locale.cache_clear()


def test_a_text_is_translated_with_its_parameters(catalogue):
    assert get_locale("km").gettext("{count} sites", count=6) == "ទីតាំង 6"


def test_english_returns_the_text_itself(catalogue):
    assert get_locale("en").gettext("{count} sites", count=6) == "6 sites"


@pytest.mark.parametrize("text", ["Nothing yet", "Never heard of"])
def test_a_text_without_a_translation_is_english(catalogue, text):
    assert get_locale("km").gettext(text) == text


def test_a_parameter_may_have_any_name():
    assert get_locale("en").gettext("{text} {self} {language}", text=1, self=2, language=3) == "1 2 3"


def test_an_unknown_language_is_an_error():
    with pytest.raises(ValueError, match="'fr'"):
        get_locale("fr")


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        ("1234567.891", 2, "1,234,567.89"),
        ("0.5", 0, "1"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "\u22123"),
        ("-0.04", 1, "0.0"),
        ("318.945", 2, "318.95"),
        ("1E+3", 0, "1,000"),
        ("4500", 0, "4,500"),
    ],
)
def test_an_amount_is_rounded_half_up_with_commas(value, decimals, written):
    assert get_locale("en").format_amount(Decimal(value), decimals) == written
    assert get_locale("km").format_amount(Decimal(value), decimals) == written


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30), st.integers(0, 6))
def test_an_amount_is_within_half_of_its_last_digit(value, decimals):
    written = Decimal(get_locale("en").format_amount(value, decimals).replace(",", "").replace("\u2212", "-"))
    assert abs(Fraction(written) - Fraction(value)) <= Fraction(1, 2 * 10**decimals)


def test_a_share_is_written_as_a_percentage():
    assert get_locale("en").format_share(Decimal("0.7375")) == "73.8 %"
    assert get_locale("km").format_share(Decimal("1.14725"), decimals=2) == "114.73 %"


def test_a_quarter_is_written_in_the_language():
    assert get_locale("en").format_quarter(Quarter(2025, 3)) == "2025 Q3"
    assert get_locale("km").format_quarter(Quarter(2025, 3)) == "ត្រីមាសទី3 ឆ្នាំ2025"


def test_a_day_is_written_in_the_language():
    assert get_locale("en").format_day(date(2025, 9, 30)) == "30 Sep 2025"
    assert get_locale("km").format_day(date(2026, 3, 31)) == "31 មីនា 2026"
