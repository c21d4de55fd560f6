"""The state of a return as a shape and a word, never by colour alone."""

from typing import Any

from dashboard.components.tables import element, hidden
from etl.indicators.vocabulary import ReturnState
from etl.wording.returns import state_words

_SHAPES = {
    ReturnState.DRAFT: "✎",
    ReturnState.SUBMITTED: "◑",
    ReturnState.APPROVED: "✓",
    ReturnState.SENT_BACK: "↩",
    ReturnState.WITHDRAWN: "✕",
    ReturnState.SUPERSEDED: "⇢",
}


def build_state(state: ReturnState, language: str) -> Any:
    """Shape and word of a state."""
    shape = element("Span", _SHAPES[state], **hidden())
    return element(
        "Span", [shape, " ", state_words(state, language)], className=f"state {state.value.replace('_', '-')}"
    )
