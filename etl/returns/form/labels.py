"""The fixed words of a form, in both languages at once."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache

from etl.indicators.vocabulary import Basis, LocalizedText
from etl.locale import LANGUAGES, N_, Locale, get_locale

Say = Callable[..., str]

JANUARY = 1

SINCE_JANUARY = N_("since 1 January")
SINCE_START = N_("since the year began")

GUIDE = (
    N_("This form is for one site and one quarter. Fill only the coloured cells; all others are locked."),
    N_("A blank is not a zero. Write 0 if there was none."),
    N_("If you did not measure it, write NC (not collected) and say why in the note."),
    N_("Rows that are set in belong to the row above them. A part is never more than its total."),
    N_("For a percentage or an average, type the two numbers that it is made of. The system divides them."),
    N_("Type plain numbers, without units and without a percent sign. Khmer digits are fine."),
    N_("A whole number has no decimals. Elsewhere write decimals with a point: 85.5."),
    N_("If a warning appears and your number is right, keep it and say why in the note."),
    N_(
        'Work done in the quarter is counted once. "Flows are" says whether you type it for this quarter or for the '
        "year so far; levels, such as hectares, are always those of the last day."
    ),
    N_("What each indicator counts stands on the sheet Definitions."),
    N_("Do not delete rows and do not change the codes in the first column: by them your numbers are found."),
    N_("Save the file as an Excel workbook (.xlsx) and send it before the due date."),
)
"""What the guide says, a line each."""


def localize_text(text: str, **parameters: object) -> LocalizedText:
    """A fixed text in English and Khmer."""
    return LocalizedText(get_locale("en").gettext(text, **parameters), get_locale("km").gettext(text, **parameters))


def join_languages(words: LocalizedText, separator: str = " / ") -> str:
    """Both languages in one cell; one of them where they are the same or the other is not there."""
    if not words.km or words.km == words.en:
        return words.en
    return f"{words.en}{separator}{words.km}"


def bilingual_text(text: str, separator: str = " / ", **parameters: object) -> str:
    """A fixed text in both languages, for one cell."""
    return join_languages(localize_text(text, **parameters), separator)


@cache
def describe_basis(basis: Basis, first_month: int = JANUARY) -> LocalizedText:
    """What the drop-down "flows are" calls a basis, in a plan whose year starts in that month."""
    if basis is Basis.QUARTER:
        return localize_text(N_("this quarter"))
    return localize_text(SINCE_JANUARY if first_month == JANUARY else SINCE_START)


def basis_choices(first_month: int = JANUARY) -> tuple[str, ...]:
    """The two choices of the drop-down, each in both languages."""
    return tuple(join_languages(describe_basis(basis, first_month)) for basis in Basis)


def parse_basis(text: str) -> Basis | None:
    """The basis that a choice names, in both languages or either; None for words that are no choice."""
    wanted = _folded(text)
    for basis in Basis:
        for first_month in (JANUARY, JANUARY + 1):
            words = describe_basis(basis, first_month)
            if wanted in {_folded(words.en), _folded(words.km), _folded(join_languages(words))}:
                return basis
    return None


def _folded(text: str) -> str:
    return "".join(text.replace("\u200b", "").split()).casefold()


def prompt_for_value(*, whole: bool, minimum: Decimal | None) -> str:
    """What the client shows beside a value cell: what to type there, in both languages."""
    return "\n".join(_joined(get_locale(language), whole, minimum) for language in ("en", "km"))


def warning_for_value(*, whole: bool, minimum: Decimal | None) -> str:
    """What the client asks when a number does not fit; the sender may keep it."""
    text = N_("This number does not fit. You may keep it.")
    return "\n".join(f"{locale.gettext(text)} {_rule(locale, whole, minimum)}" for locale in map(get_locale, LANGUAGES))


def _joined(locale: Locale, whole: bool, minimum: Decimal | None) -> str:
    _ = locale.gettext
    return f"{_rule(locale, whole, minimum)} {_('0 if none, NC if not measured.')}"


def _rule(locale: Locale, whole: bool, minimum: Decimal | None) -> str:
    _ = locale.gettext
    if whole and minimum is not None:
        return _("Whole number, {minimum} or more.", minimum=format(minimum, "f"))
    if whole:
        return _("Whole number.")
    if minimum is not None:
        return _("Number, {minimum} or more; decimals allowed.", minimum=format(minimum, "f"))
    return _("Number; decimals and minus allowed.")
