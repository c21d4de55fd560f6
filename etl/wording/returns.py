"""Words for the life of a return: its states, its steps, and what keeps somebody from an act."""

from etl.errors import SaidError
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import ReturnState
from etl.locale.translations import format_quarter, speak, to_say

STATES = {
    ReturnState.DRAFT: to_say("draft"),
    ReturnState.SUBMITTED: to_say("waiting for approval"),
    ReturnState.APPROVED: to_say("approved"),
    ReturnState.SENT_BACK: to_say("sent back"),
    ReturnState.WITHDRAWN: to_say("withdrawn"),
    ReturnState.SUPERSEDED: to_say("replaced by a newer one"),
}
STEPS = {
    ReturnState.DRAFT: to_say("uploaded"),
    ReturnState.SUBMITTED: to_say("submitted"),
    ReturnState.APPROVED: to_say("approved"),
    ReturnState.SENT_BACK: to_say("sent back"),
    ReturnState.WITHDRAWN: to_say("withdrawn"),
    ReturnState.SUPERSEDED: to_say("replaced by a newer one"),
}
COMMENTED = to_say("wrote a comment")


def state_words(state: ReturnState, language: str) -> str:
    """Where a return stands."""
    return speak(language)(STATES[state])


def step_words(old: ReturnState | None, new: ReturnState, language: str) -> str:
    """What somebody did to a return; a step that leaves its state is a comment."""
    return speak(language)(COMMENTED if old is new else STEPS[new])


def error_words(error: SaidError, language: str) -> str:
    """The sentence of an error in the reader's language, states and quarters in it too."""
    told = {name: _in_words(value, language) for name, value in error.parameters.items()}
    return speak(language)(error.text, **told)


def _in_words(value: object, language: str) -> object:
    if isinstance(value, ReturnState):
        return state_words(value, language)
    return format_quarter(value, language) if isinstance(value, Quarter) else value
