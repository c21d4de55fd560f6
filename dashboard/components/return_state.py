"""The state of a return as a sign and a word."""

from typing import Any

from dashboard.components.markup import tags
from dashboard.components.signs import build_sign
from etl.indicators.vocabulary import ReturnState
from etl.locale import Locale
from etl.publication.signs import Sign
from etl.wording.returns import describe_return_state

_SIGNS = {
    ReturnState.DRAFT: Sign.PENCIL,
    ReturnState.SUBMITTED: Sign.HALF_CIRCLE,
    ReturnState.APPROVED: Sign.TICK,
    ReturnState.SENT_BACK: Sign.ARROW_BACK,
    ReturnState.WITHDRAWN: Sign.CROSS,
    ReturnState.SUPERSEDED: Sign.ARROW_FORWARD,
}


def build_state(state: ReturnState, locale: Locale) -> Any:
    """Return the sign and the word of a state."""
    return tags.Span(
        [build_sign(_SIGNS[state]), " ", describe_return_state(state, locale)],
        className=f"state {state.value.replace('_', '-')}",
    )
