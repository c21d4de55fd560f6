"""Words for the life of a return: its states, its steps, and what keeps somebody from an act."""

from etl.errors import TranslatableError
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import ReturnState
from etl.locale import N_, Locale

STATE_LABELS = {
    ReturnState.DRAFT: N_("draft"),
    ReturnState.SUBMITTED: N_("waiting for approval"),
    ReturnState.APPROVED: N_("approved"),
    ReturnState.SENT_BACK: N_("sent back"),
    ReturnState.WITHDRAWN: N_("withdrawn"),
    ReturnState.SUPERSEDED: N_("replaced by a newer one"),
}
STEP_LABELS = {
    ReturnState.DRAFT: N_("uploaded"),
    ReturnState.SUBMITTED: N_("submitted"),
    ReturnState.APPROVED: N_("approved"),
    ReturnState.SENT_BACK: N_("sent back"),
    ReturnState.WITHDRAWN: N_("withdrawn"),
    ReturnState.SUPERSEDED: N_("replaced by a newer one"),
}
COMMENT_LABEL = N_("wrote a comment")


def describe_return_state(state: ReturnState, locale: Locale) -> str:
    """Where a return stands."""
    return locale.gettext(STATE_LABELS[state])


def describe_step(old_state: ReturnState | None, new_state: ReturnState, locale: Locale) -> str:
    """What somebody did to a return; a step that leaves its state is a comment."""
    return locale.gettext(COMMENT_LABEL if old_state is new_state else STEP_LABELS[new_state])


def describe_error(error: TranslatableError, locale: Locale) -> str:
    """The sentence of an error in the reader's language, states and quarters in it too."""
    told = {name: _in_words(value, locale) for name, value in error.parameters.items()}
    return locale.gettext(error.text, **told)


def _in_words(value: object, locale: Locale) -> object:
    if isinstance(value, ReturnState):
        return describe_return_state(value, locale)
    return locale.format_quarter(value) if isinstance(value, Quarter) else value
