"""The state of a return as a shape and a word."""

from typing import Any

from dashboard.components.markup import make_aria_hidden, tags
from etl.indicators.vocabulary import ReturnState
from etl.locale import Locale
from etl.wording.returns import describe_return_state

_SHAPES = {
    ReturnState.DRAFT: "✎",
    ReturnState.SUBMITTED: "◑",
    ReturnState.APPROVED: "✓",
    ReturnState.SENT_BACK: "↩",
    ReturnState.WITHDRAWN: "✕",
    ReturnState.SUPERSEDED: "⇢",
}


def build_state(state: ReturnState, locale: Locale) -> Any:
    """Return the shape and the word of a state."""
    shape = tags.Span(_SHAPES[state], **make_aria_hidden())
    return tags.Span(
        [shape, " ", describe_return_state(state, locale)], className=f"state {state.value.replace('_', '-')}"
    )
