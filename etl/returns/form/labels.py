"""Fixed texts of a form, in both languages at once."""

from decimal import Decimal
from functools import cache

from etl.indicators.vocabulary import Basis, LocalizedText
from etl.locale import LANGUAGES, N_, Locale, get_locale

JANUARY = 1

SINCE_JANUARY = N_("since 1 January")
SINCE_START = N_("since the year began")

GUIDE = (
    N_("This form is for one site and one quarter. Fill only the coloured cells; all others are locked."),
    N_("A blank is not a zero. Write 0 if there was none."),
    N_("If you did not measure it, write NC (not collected) and say why in the note."),
    N_("Indented rows are parts of the row above them. A part cannot be more than its total."),
    N_("For a percentage or an average, enter the two numbers it is calculated from. The system divides them."),
    N_("Enter plain numbers without units or a percent sign. You can use Khmer digits."),
    N_("Whole numbers have no decimals. In other cells, write decimals with a point: 85.5."),
    N_("If a warning appears and your number is right, keep it and say why in the note."),
    N_(
        'Count work done in the quarter once. "Flows are" says whether you enter it for this quarter or for the year '
        "so far. Levels, such as hectares, are always those on the last day."
    ),
    N_("The Definitions sheet explains what each indicator counts."),
    N_("Do not delete rows or change the codes in the first column. The system uses them to read your numbers."),
    N_("Save the file as an Excel workbook (.xlsx) and upload it before the due date."),
)
"""The lines of the guide."""


def localize_text(text: str, **parameters: object) -> LocalizedText:
    """Return a fixed text in English and Khmer."""
    return LocalizedText(get_locale("en").gettext(text, **parameters), get_locale("km").gettext(text, **parameters))


def join_languages(text: LocalizedText, separator: str = " / ") -> str:
    """Return both languages for one cell; only English if Khmer is missing or the same."""
    if not text.km or text.km == text.en:
        return text.en
    return f"{text.en}{separator}{text.km}"


def format_bilingual(text: str, separator: str = " / ", **parameters: object) -> str:
    """Return a fixed text in both languages for one cell."""
    return join_languages(localize_text(text, **parameters), separator)


@cache
def describe_basis(basis: Basis, first_month: int = JANUARY) -> LocalizedText:
    """Return the label of a basis, for a plan whose year starts in a month."""
    if basis is Basis.QUARTER:
        return localize_text(N_("this quarter"))
    return localize_text(SINCE_JANUARY if first_month == JANUARY else SINCE_START)


def list_basis_choices(first_month: int = JANUARY) -> tuple[str, ...]:
    """Return the choices of the drop-down list of bases, each in both languages."""
    return tuple(join_languages(describe_basis(basis, first_month)) for basis in Basis)


def parse_basis(text: str) -> Basis | None:
    """Return the basis that a text names in either language or both; None for any other text."""
    folded_text = _fold(text)
    for basis in Basis:
        for first_month in (JANUARY, JANUARY + 1):
            labels = describe_basis(basis, first_month)
            if folded_text in {_fold(labels.en), _fold(labels.km), _fold(join_languages(labels))}:
                return basis
    return None


def _fold(text: str) -> str:
    return "".join(text.replace("\u200b", "").split()).casefold()


def make_value_prompt(*, whole: bool, minimum: Decimal | None, maximum: Decimal | None = None) -> str:
    """Return the prompt of a value cell in both languages."""
    return "\n".join(_describe_entry(get_locale(language), whole, minimum, maximum) for language in ("en", "km"))


def make_value_warning(*, whole: bool, minimum: Decimal | None, maximum: Decimal | None = None) -> str:
    """Return the warning about an invalid number in both languages. People may ignore it."""
    text = N_("This number is outside the allowed range. You can keep it.")
    return "\n".join(
        f"{locale.gettext(text)} {_describe_rule(locale, whole, minimum, maximum)}"
        for locale in map(get_locale, LANGUAGES)
    )


def _describe_entry(locale: Locale, whole: bool, minimum: Decimal | None, maximum: Decimal | None) -> str:
    _ = locale.gettext
    return f"{_describe_rule(locale, whole, minimum, maximum)} {_('0 if none, NC if not measured.')}"


_RULES = {
    (True, True, True): N_("Whole number from {minimum} to {maximum}."),
    (True, True, False): N_("Whole number, {minimum} or more."),
    (True, False, True): N_("Whole number, {maximum} or less."),
    (True, False, False): N_("Whole number."),
    (False, True, True): N_("Number from {minimum} to {maximum}; decimals allowed."),
    (False, True, False): N_("Number, {minimum} or more; decimals allowed."),
    (False, False, True): N_("Number, {maximum} or less; decimals and minus allowed."),
    (False, False, False): N_("Number; decimals and minus allowed."),
}
"""The rule for entries, by whether numbers are whole and have a minimum or a maximum."""


def _describe_rule(locale: Locale, whole: bool, minimum: Decimal | None, maximum: Decimal | None) -> str:
    bounds = {
        name: format(bound, "f") for name, bound in (("minimum", minimum), ("maximum", maximum)) if bound is not None
    }
    return locale.gettext(_RULES[whole, minimum is not None, maximum is not None], **bounds)
