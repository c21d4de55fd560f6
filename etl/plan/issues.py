"""What is wrong with a plan file, where, and what to do; English as a text, and said in either language."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import reduce
from typing import Literal

from etl.locale import N_, get_locale

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Message:
    """An English template and what fills it: names and values as the files spell them, or messages themselves."""

    template: str
    parameters: tuple[tuple[str, "Message | str"], ...] = ()

    def render(self, _: Callable[..., str]) -> str:
        """The message in the language of `say` (`etl.locale.translations.speak`)."""
        filled = {name: one.render(_) if isinstance(one, Message) else one for name, one in self.parameters}
        return _(self.template, **filled)

    def __str__(self) -> str:
        return self.render(get_locale("en").gettext)


def make_message(template: str, **parameters: object) -> Message:
    """The message of a template that is marked with `to_say`."""
    filled = tuple((name, one if isinstance(one, Message) else str(one)) for name, one in parameters.items())
    return Message(template, filled)


@dataclass(frozen=True)
class PlanIssue:
    """One fault. A plan with an error is not loaded; a warning is shown and the plan loads."""

    file: str
    location: str
    """`line 7, column direction` of a CSV file, `Indicators!F7` of a workbook; blank: the whole file."""
    wording: Message
    severity: Severity = "error"
    sort_key: tuple[int, int, int] = field(default=(0, 0, 0), compare=False, repr=False)
    """File, line and column as numbers, so that faults are told from the top down."""

    @property
    def message(self) -> str:
        """The message in English."""
        return str(self.wording)

    def __str__(self) -> str:
        where = f"{self.file}, {self.location}" if self.location else self.file
        return f"{where}: {self.message}"


def sort_issues(issues: Iterable[PlanIssue]) -> tuple[PlanIssue, ...]:
    """The faults as a reader meets them: file by file, from the top down; each once."""
    return tuple(dict.fromkeys(sorted(issues, key=lambda one: one.sort_key)))


def has_errors(issues: Iterable[PlanIssue]) -> bool:
    return any(one.severity == "error" for one in issues)


def join_with_or(names: Iterable[str]) -> Message | str:
    """`increase, decrease or maintain`."""
    *most, final = names
    return make_message(N_("{most} or {final}"), most=", ".join(most), final=final) if most else final


def join_with_and(names: Iterable[str]) -> Message | str:
    """`key, value and source`."""
    *most, final = names
    return make_message(N_("{most} and {final}"), most=", ".join(most), final=final) if most else final


def chain_with_and(names: Iterable[str]) -> Message | str:
    """`indicator and site and year`."""
    first, *others = names
    start: Message | str = first
    return reduce(lambda most, final: make_message(N_("{most} and {final}"), most=most, final=final), others, start)


def suggest_name(name: str, known: Iterable[str]) -> Message | str:
    """`; did you mean SO3-01?` where a known name is close, else nothing."""
    near = get_close_matches(name.upper(), {one.upper(): one for one in known}, n=1)
    found = {one.upper(): one for one in known}.get(near[0], "") if near else ""
    return make_message(N_("; did you mean {found}?"), found=found) if found else ""
