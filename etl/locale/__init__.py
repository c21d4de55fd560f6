"""The languages of the interface: translations, numbers and dates, in one `Locale` object per language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property

from etl.indicators.periods import Quarter
from etl.locale import formats
from etl.locale.translations import LANGUAGES, N_, Catalogue, check_language, read_catalogue

__all__ = ["LANGUAGES", "Locale", "N_", "get_locale"]


@dataclass(frozen=True)
class Locale:
    """One language of the interface: its translations and its ways to write numbers and dates.

    Get one with `get_locale`. Parameters fill the named placeholders of a text; literal braces are doubled.
    """

    language: str
    """The code of the language, such as `km`."""

    @property
    def _catalogue(self) -> Catalogue:
        return read_catalogue(self.language)

    @cached_property
    def _texts_without_parameters(self) -> dict[str, str]:
        return {}

    def gettext(self, text: str, /, **parameters: object) -> str:
        """Return the translation of an English text, or the text itself where the catalogue has none."""
        if parameters:
            return self._catalogue.texts.get(text, text).format_map(parameters)
        cached = self._texts_without_parameters.get(text)
        if cached is None:
            cached = self._texts_without_parameters[text] = self._catalogue.texts.get(text, text).format_map({})
        return cached

    def ngettext(self, singular: str, plural: str, number: int, /, **parameters: object) -> str:
        """Return the singular or plural form for a number, translated. Khmer has one form for all numbers."""
        forms = self._catalogue.plurals.get(singular)
        text = forms[-1] if forms else singular if number == 1 else plural
        return text.format_map(parameters)

    def format_amount(self, value: Decimal, decimals: int) -> str:
        """Return a number rounded half up with commas between thousands: `1,234.5`."""
        return formats.format_amount(value, decimals)

    def format_share(
        self, share: Decimal, decimals: int = 1, *, thresholds: Sequence[Decimal] = (), is_distance: bool = False
    ) -> str:
        """Return a fraction of 1 as a percentage: `73.8 %`. It never rounds up to 100 % or to a threshold."""
        return formats.format_share(share, decimals, thresholds=thresholds, is_distance=is_distance)

    def format_quarter(self, quarter: Quarter) -> str:
        """Return `2025 Q3`, or the same in Khmer words with Latin digits."""
        return formats.format_quarter(quarter, self.language)

    def format_day(self, day: date) -> str:
        """Return `30 Sep 2025` with the month in the language."""
        return formats.format_day(day, self.language)

    def format_moment(self, moment: datetime) -> str:
        """Return `30 Sep 2025 14:05`, in Cambodian time."""
        return formats.format_moment(moment, self.language)


@cache
def get_locale(language: str) -> Locale:
    """Return the `Locale` of a language code. ValueError for an unknown language."""
    check_language(language)
    return Locale(language)
