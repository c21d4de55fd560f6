"""Texts about returns: states, steps and errors."""

from datetime import datetime

from etl.errors import TranslatableError
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import LocalizedText, ReturnState
from etl.locale import N_, Locale

STATE_LABELS = {
    ReturnState.DRAFT: N_("draft"),
    ReturnState.SUBMITTED: N_("pending approval"),
    ReturnState.APPROVED: N_("approved"),
    ReturnState.SENT_BACK: N_("sent back"),
    ReturnState.WITHDRAWN: N_("withdrawn"),
    ReturnState.SUPERSEDED: N_("superseded"),
}
STEP_LABELS = {
    ReturnState.DRAFT: N_("uploaded"),
    ReturnState.SUBMITTED: N_("submitted"),
    ReturnState.APPROVED: N_("approved"),
    ReturnState.SENT_BACK: N_("sent back"),
    ReturnState.WITHDRAWN: N_("withdrawn"),
    ReturnState.SUPERSEDED: N_("superseded"),
}
COMMENT_LABEL = N_("commented")


def describe_return_state(state: ReturnState, locale: Locale) -> str:
    """Return the label of the state."""
    return locale.gettext(STATE_LABELS[state])


def describe_step(old_state: ReturnState | None, new_state: ReturnState, locale: Locale) -> str:
    """Return the label of a step. A step that does not change the state is a comment."""
    return locale.gettext(COMMENT_LABEL if old_state is new_state else STEP_LABELS[new_state])


def describe_typed_number(
    author: str, typed_at: datetime, base_return: int | None, locale: Locale, *, is_typed: bool
) -> str:
    """Return who typed a number on the page and when, and which return it was carried over from or corrects."""
    _ = locale.gettext
    values = {"author": author, "time": locale.format_moment(typed_at), "number": base_return}
    if base_return is None:
        return _("Typed on the page by {author}, {time}", author=author, time=values["time"])
    if is_typed:
        return _("Typed on the page by {author}, {time}, instead of the number of return {number}", **values)
    return _("Carried over from return {number} on the page by {author}, {time}", **values)


def describe_error(error: TranslatableError, locale: Locale) -> str:
    """Return the message of an error, with states and quarters translated."""
    parameters = {name: _translate_parameter(value, locale) for name, value in error.parameters.items()}
    return locale.gettext(error.text, **parameters)


def _translate_parameter(value: object, locale: Locale) -> object:
    if isinstance(value, ReturnState):
        return describe_return_state(value, locale)
    if isinstance(value, LocalizedText):
        return value.get_text(locale.language)
    return locale.format_quarter(value) if isinstance(value, Quarter) else value
