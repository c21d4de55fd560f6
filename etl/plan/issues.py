"""Issues of plan files: what is wrong, where, and what to do, in English and Khmer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import reduce
from typing import Literal

from etl.locale import N_, get_locale

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Message:
    """A translatable template with its parameters: names and values from the files, or nested messages."""

    template: str
    parameters: tuple[tuple[str, "Message | str"], ...] = ()

    def render(self, _: Callable[..., str]) -> str:
        """Render the message with a `gettext` function, including nested messages."""
        parameters = {name: value.render(_) if isinstance(value, Message) else value for name, value in self.parameters}
        return _(self.template, **parameters)

    def __str__(self) -> str:
        return self.render(get_locale("en").gettext)


def make_message(template: str, **parameters: object) -> Message:
    """Create a message from a template that is marked with `N_`."""
    return Message(
        template,
        tuple((name, value if isinstance(value, Message) else str(value)) for name, value in parameters.items()),
    )


@dataclass(frozen=True)
class PlanIssue:
    """An issue of a plan. A plan with errors can't be loaded; warnings don't prevent it."""

    file: str
    location: str
    """`line 7, column direction` of a CSV file, `Indicators!F7` of a workbook; blank for the whole file."""
    wording: Message
    severity: Severity = "error"
    sort_key: tuple[int, int, int] = field(default=(0, 0, 0), compare=False, repr=False)
    """File, line and column as numbers, so that issues can be sorted from the top down."""

    @property
    def message(self) -> str:
        """The English message."""
        return str(self.wording)

    def __str__(self) -> str:
        where = f"{self.file}, {self.location}" if self.location else self.file
        return f"{where}: {self.message}"


def sort_issues(issues: Iterable[PlanIssue]) -> tuple[PlanIssue, ...]:
    """Sort issues by file, line and column, and remove duplicates."""
    return tuple(dict.fromkeys(sorted(issues, key=lambda issue: issue.sort_key)))


def has_errors(issues: Iterable[PlanIssue]) -> bool:
    """Return whether any issue is an error, not only a warning."""
    return any(issue.severity == "error" for issue in issues)


def join_with_or(names: Iterable[str]) -> Message | str:
    """Join names as in `increase, decrease or maintain`."""
    *other_names, last = names
    return make_message(N_("{names} or {last}"), names=", ".join(other_names), last=last) if other_names else last


def join_with_and(names: Iterable[str]) -> Message | str:
    """Join names as in `key, value and source`."""
    *other_names, last = names
    return make_message(N_("{names} and {last}"), names=", ".join(other_names), last=last) if other_names else last


def join_each_with_and(names: Iterable[str]) -> Message | str:
    """Join names as in `indicator and site and year`."""
    first, *other_names = names
    start: Message | str = first
    return reduce(
        lambda names, last: make_message(N_("{names} and {last}"), names=names, last=last), other_names, start
    )


def suggest_name(name: str, known_names: Iterable[str]) -> Message | str:
    """Return `; did you mean SO3-01?` if a known name is close, else a blank text."""
    near = get_close_matches(name.upper(), {candidate.upper(): candidate for candidate in known_names}, n=1)
    match = {candidate.upper(): candidate for candidate in known_names}.get(near[0], "") if near else ""
    return make_message(N_("; did you mean {name}?"), name=match) if match else ""
