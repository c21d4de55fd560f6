"""The form that sends files: plain HTML first, to which a script adds progress, dropping, and trying again."""

from collections.abc import Sequence
from typing import Any

from dashboard.access.registry import PageRequest
from dashboard.components.tables import element, hidden
from etl.locale.translations import speak, to_say

Option = tuple[str, str]

_SPOKEN = {
    "data-say-sending": to_say("Sending: {percent} %"),
    "data-say-checking": to_say("Arrived. It is being checked …"),
    "data-say-dropped": to_say("The connection was lost. Nothing was saved. Your file is still chosen."),
    "data-say-unanswered": to_say(
        "The file had left, but no answer came. Send it again: the same file twice does nothing twice."
    ),
    "data-say-refused": to_say("The server did not take the file. Nothing was saved."),
    "data-say-busy": to_say("The server is busy just now. Nothing was saved. Your file is still chosen."),
    "data-say-signed-out": to_say(
        "You are not signed in any more. Nothing was saved. Sign in, then send the file again."
    ),
    "data-say-too-large": to_say("This file is larger than {size} MB, so it was not sent."),
    "data-say-empty": to_say("Choose a file first."),
    "data-say-again": to_say("Send again"),
    "data-say-chosen": to_say("{count} files chosen"),
    "data-say-done": to_say("{done} of {count} files are through."),
    "data-say-open": to_say("Open"),
}


def spoken(language: str, size: int) -> dict[str, str]:
    """What the script says, in the page's language; it fills in percent and count."""
    say = speak(language)
    blanks = {name: f"{{{name}}}" for name in ("percent", "count", "done")}
    return {name: say(text, **{**blanks, "size": size}) for name, text in _SPOKEN.items()}


def build_select(label: str, name: str, options: Sequence[Option], chosen: str = "", *, required: bool = False) -> Any:
    """A native select with its label above it."""
    choices = [element("Option", text, value=value, selected=value == chosen) for value, text in options]
    return element(
        "Div",
        [
            element("Label", label, htmlFor=f"choose-{name}"),
            element("Select", choices, name=name, id=f"choose-{name}", required=required),
        ],
        className="field",
    )


def build_file_field(label: str, field_id: str, *, accept: str, hint: str = "", **more: Any) -> Any:
    """A native file field; the script makes the box around it a place to drop files on."""
    described = f"{field_id}-hint" if hint else None
    return element(
        "Div",
        [
            element("Label", label, htmlFor=field_id),
            element("P", hint, className="muted", id=described) if hint else None,
            element("Input", type="file", name="file", id=field_id, accept=accept, **{**_describe(described), **more}),
            element("P", "", className="chosen muted", **hidden()),
        ],
        className="field drop",
    )


def build_progress() -> Any:
    """Where the script tells how far it is, and what came of each file."""
    return element("Div", None, className="upload-progress", role="status", **{"aria-live": "polite"})


def build_fault(faults: Sequence[str], request: PageRequest) -> Any:
    """What kept an act from being done, at the top of the page; nothing where nothing did."""
    if not faults:
        return None
    title = element("H2", request.say("There is a problem"), id="faults")
    items = element("Ul", [element("Li", one) for one in faults])
    return element(
        "Div", [title, items], className="error-summary", role="alert", tabIndex=-1, **{"aria-labelledby": "faults"}
    )


def _describe(described: str | None) -> dict[str, str]:
    return {"aria-describedby": described} if described else {}
