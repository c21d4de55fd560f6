"""Why a number of a file is not taken into a return."""

from enum import StrEnum

from etl.indicators.vocabulary import LocalizedText
from etl.locale import LANGUAGES, N_, get_locale


class Reason(StrEnum):
    """A reason in the account of numbers. The values are stable keys of the JSON output."""

    LABEL = "label"
    NOTE = "note"
    MISPLACED = "misplaced"
    BASELINE = "baseline"
    LIFE = "life"
    VARIANCE = "variance"
    PERCENT = "percent"
    TARGET = "target"
    PREVIOUS = "previous"
    AVERAGE = "average"
    CUMULATIVE = "cumulative"
    REVISED = "revised"
    TOTAL = "total"
    IGNORED = "ignored"
    MEN = "men"
    PART = "part"
    COMPARED = "compared"
    COMPUTED = "computed"
    OUTSIDE_PLAN = "outside_plan"
    NOT_ASKED = "not_asked"
    REPEATED = "repeated"
    UNREADABLE = "unreadable"
    ROW_UNKNOWN = "row_unknown"
    HEADING_UNCLEAR = "heading_unclear"
    COLUMN_UNKNOWN = "column_unknown"
    OUTSIDE = "outside"
    OTHER_SHEET = "other_sheet"
    HIDDEN_SHEET = "hidden_sheet"
    FORM = "form"
    FILE_REFUSED = "file_refused"
    RETURN_REFUSED = "return_refused"


SET_ASIDE = frozenset(
    (
        Reason.BASELINE,
        Reason.LIFE,
        Reason.VARIANCE,
        Reason.PERCENT,
        Reason.TARGET,
        Reason.PREVIOUS,
        Reason.AVERAGE,
        Reason.CUMULATIVE,
        Reason.REVISED,
        Reason.TOTAL,
        Reason.IGNORED,
        Reason.MEN,
    )
)
"""Numbers that are understood and are no results; a note names them."""
NOT_UNDERSTOOD = frozenset(
    (Reason.COLUMN_UNKNOWN, Reason.MISPLACED, Reason.OUTSIDE, Reason.OTHER_SHEET, Reason.HIDDEN_SHEET)
)
"""Numbers that are not understood; a warning names them. Those of all other reasons have a finding of their own."""

_TEXTS = {
    Reason.LABEL: N_("names a row or a column"),
    Reason.NOTE: N_("part of a note"),
    Reason.MISPLACED: N_("a number in a column of texts"),
    Reason.BASELINE: N_("a baseline, not a result"),
    Reason.LIFE: N_("a value for the whole project, not a result of a period"),
    Reason.VARIANCE: N_("a difference, not a result"),
    Reason.PERCENT: N_("a percentage, which the system computes itself"),
    Reason.TARGET: N_("a target, not a result"),
    Reason.PREVIOUS: N_("a value of an earlier period"),
    Reason.AVERAGE: N_("an average or extreme value, not a result"),
    Reason.CUMULATIVE: N_("a cumulative value, not the result of a period"),
    Reason.REVISED: N_("a revised or earlier version of another number"),
    Reason.TOTAL: N_("a total, which the system computes itself"),
    Reason.IGNORED: N_("the layout ignores its column"),
    Reason.MEN: N_("men: the total without the women"),
    Reason.PART: N_("numbers of a part, such as women, not the total"),
    Reason.COMPARED: N_("a total beside its quarters"),
    Reason.COMPUTED: N_("the system computes this indicator itself"),
    Reason.OUTSIDE_PLAN: N_("its period is outside the plan"),
    Reason.NOT_ASKED: N_("the site does not report it for this quarter"),
    Reason.REPEATED: N_("another cell gives the same number of the return"),
    Reason.UNREADABLE: N_("the cell cannot be read as a number"),
    Reason.ROW_UNKNOWN: N_("its row is not understood"),
    Reason.HEADING_UNCLEAR: N_("its heading is not clear"),
    Reason.COLUMN_UNKNOWN: N_("its column is not known to the layout"),
    Reason.OUTSIDE: N_("it is outside the table"),
    Reason.OTHER_SHEET: N_("its sheet has no table"),
    Reason.HIDDEN_SHEET: N_("its sheet is hidden"),
    Reason.FORM: N_("belongs to the form, not to its answers"),
    Reason.FILE_REFUSED: N_("the file was refused"),
    Reason.RETURN_REFUSED: N_("the return of its site and quarter was refused"),
}


def localize_reason(reason: Reason) -> LocalizedText:
    """Return the reason in each language."""
    return LocalizedText(_TEXTS[reason], *(get_locale(language).gettext(_TEXTS[reason]) for language in LANGUAGES[1:]))
