"""The fixed words of a form, in both languages at once."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache

from etl.indicators.vocabulary import Basis, Words
from etl.locale.translations import speak, to_say

Say = Callable[..., str]

JANUARY = 1

SINCE_JANUARY = to_say("since 1 January")
SINCE_START = to_say("since the year began")

GUIDE = (
    to_say("This form is for one site and one quarter. Fill only the coloured cells; all others are locked."),
    to_say("A blank is not a zero. Write 0 if there was none."),
    to_say("If you did not measure it, write NC (not collected) and say why in the note."),
    to_say("Rows that are set in belong to the row above them. A part is never more than its total."),
    to_say("For a percentage or an average, type the two numbers that it is made of. The system divides them."),
    to_say("Type plain numbers, without units and without a percent sign. Khmer digits are fine."),
    to_say("A whole number has no decimals. Elsewhere write decimals with a point: 85.5."),
    to_say("If a warning appears and your number is right, keep it and say why in the note."),
    to_say(
        'Work done in the quarter is counted once. "Flows are" says whether you type it for this quarter or for the '
        "year so far; levels, such as hectares, are always those of the last day."
    ),
    to_say("What each indicator counts stands on the sheet Definitions."),
    to_say("Do not delete rows and do not change the codes in the first column: by them your numbers are found."),
    to_say("Save the file as an Excel workbook (.xlsx) and send it before the due date."),
)
"""What the guide says, a line each."""


def both(text: str, **parameters: object) -> Words:
    """A fixed text in English and Khmer."""
    return Words(speak("en")(text, **parameters), speak("km")(text, **parameters))


def side_by_side(words: Words, between: str = " / ") -> str:
    """Both languages in one cell; one of them where they are the same or the other is not there."""
    if not words.km or words.km == words.en:
        return words.en
    return f"{words.en}{between}{words.km}"


def said(text: str, between: str = " / ", **parameters: object) -> str:
    """A fixed text in both languages, for one cell."""
    return side_by_side(both(text, **parameters), between)


@cache
def basis_words(basis: Basis, first_month: int = JANUARY) -> Words:
    """What the drop-down "flows are" calls a basis, in a plan whose year starts in that month."""
    if basis is Basis.QUARTER:
        return both(to_say("this quarter"))
    return both(SINCE_JANUARY if first_month == JANUARY else SINCE_START)


def basis_choices(first_month: int = JANUARY) -> tuple[str, ...]:
    """The two choices of the drop-down, each in both languages."""
    return tuple(side_by_side(basis_words(basis, first_month)) for basis in Basis)


def parse_basis(text: str) -> Basis | None:
    """The basis that a choice names, in both languages or either; None for words that are no choice."""
    wanted = _folded(text)
    for basis in Basis:
        for first_month in (JANUARY, JANUARY + 1):
            words = basis_words(basis, first_month)
            if wanted in {_folded(words.en), _folded(words.km), _folded(side_by_side(words))}:
                return basis
    return None


def _folded(text: str) -> str:
    return "".join(text.replace("\u200b", "").split()).casefold()


def prompt_for_value(*, whole: bool, minimum: Decimal | None) -> str:
    """What the client shows beside a value cell: what to type there, in both languages."""
    return "\n".join(_joined(language, whole, minimum) for language in ("en", "km"))


def warning_for_value(*, whole: bool, minimum: Decimal | None) -> str:
    """What the client asks when a number does not fit; the sender may keep it."""
    text = to_say("This number does not fit. You may keep it.")
    return f"{speak('en')(text)} {_rule('en', whole, minimum)}\n{speak('km')(text)} {_rule('km', whole, minimum)}"


def _joined(language: str, whole: bool, minimum: Decimal | None) -> str:
    say = speak(language)
    return f"{_rule(language, whole, minimum)} {say('0 if none, NC if not measured.')}"


def _rule(language: str, whole: bool, minimum: Decimal | None) -> str:
    say = speak(language)
    if whole and minimum is not None:
        return say("Whole number, {minimum} or more.", minimum=format(minimum, "f"))
    if whole:
        return say("Whole number.")
    if minimum is not None:
        return say("Number, {minimum} or more; decimals allowed.", minimum=format(minimum, "f"))
    return say("Number; decimals and minus allowed.")
