"""What a return would change: its numbers against those that count now, and the figures and ratings that would move."""

from collections.abc import Sequence
from typing import Any

from dashboard.components.tables import element
from dashboard.registry import PageRequest
from etl.effect_wording import change_words, changes_summary, effect_words
from etl.indicators.effects import ChangeKind, FigureEffect
from etl.language import to_say
from etl.questions.return_effects import Comparison, ReturnEffects
from etl.return_wording import state_words

_SHOWN = {
    ChangeKind.DROPPED: to_say("Would become blank"),
    ChangeKind.CHANGED: to_say("Changed"),
    ChangeKind.NEW: to_say("New"),
}
_OPEN = (ChangeKind.DROPPED, ChangeKind.CHANGED)


def build_effects(effects: ReturnEffects, asked: PageRequest) -> Any:
    """Against each return that it would take the place of, then the figures that would differ."""
    title = element("H2", asked.say("What it would change"))
    compared = [_compared(one, effects, asked) for one in effects.comparisons]
    return element("Section", [title, *compared, _figures(effects, asked)], id="effects")


def _compared(comparison: Comparison, effects: ReturnEffects, asked: PageRequest) -> Any:
    say, stored = asked.say, comparison.stored
    if stored is None:
        against = say("Nothing was sent for this site and quarter before.")
    else:
        against = say(
            "Against return {number} ({state}):", number=stored.id, state=state_words(stored.state, asked.language)
        )
    other = say("One of the two counts since 1 January, the other its quarter only.")
    return [
        element("P", [element("B", against), " ", changes_summary(comparison.changes, asked.language)]),
        element("P", other, className="note") if comparison.is_other_basis else None,
        *(_kind(kind, comparison, effects, asked) for kind in _SHOWN),
    ]


def _kind(kind: ChangeKind, comparison: Comparison, effects: ReturnEffects, asked: PageRequest) -> Any:
    changes = comparison.of_kind(kind)
    if not changes or (kind is ChangeKind.NEW and comparison.stored is None):
        return None
    summary = element("Summary", f"{asked.say(_SHOWN[kind])}: {len(changes)}")
    lines = [element("Li", change_words(one, effects.plans, asked.language)) for one in changes]
    return element("Details", [summary, element("Ul", lines)], open=kind in _OPEN, className=f"changes {kind.value}")


def _figures(effects: ReturnEffects, asked: PageRequest) -> Any:
    say = asked.say
    if not effects.figures:
        return element("P", say("No figure would differ."))
    centre = [one for one in effects.figures if not one.site]
    moved = [one for one in centre if one.moves_rating]
    return [
        _effect_list(say("Ratings that would move"), moved, effects, asked, is_open=True),
        _effect_list(say("Figures of all sites that would differ"), centre, effects, asked, is_open=not moved),
        _effect_list(
            say("Figures of this site that would differ"),
            [one for one in effects.figures if one.site],
            effects,
            asked,
            is_open=False,
        ),
    ]


def _effect_list(
    title: str, figures: Sequence[FigureEffect], effects: ReturnEffects, asked: PageRequest, *, is_open: bool
) -> Any:
    if not figures:
        return None
    lines = [element("Li", effect_words(one, effects.plans, asked.language)) for one in figures]
    return element(
        "Details",
        [element("Summary", f"{title}: {len(figures)}"), element("Ul", lines)],
        open=is_open,
        className="changes",
    )
