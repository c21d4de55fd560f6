"""The form that sends files: plain HTML first, to which a script adds progress, dropping, and trying again."""

from collections.abc import Sequence
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.tables import aria_hidden, element
from etl.locale import N_, Locale

Option = tuple[str, str]

_MESSAGES = {
    "data-say-sending": N_("Uploading: {percent} %"),
    "data-say-checking": N_("Uploaded. Checking the file …"),
    "data-say-dropped": N_("The connection was lost. Nothing was saved. Your file is still chosen."),
    "data-say-unanswered": N_(
        "The server did not reply. Upload the file again. Uploading the same file again is safe: "
        "duplicates are ignored."
    ),
    "data-say-refused": N_("The server rejected the file. Nothing was saved."),
    "data-say-busy": N_("The server is busy. Nothing was saved. Your file is still chosen."),
    "data-say-signed-out": N_("You are no longer signed in. Nothing was saved. Sign in, then upload the file again."),
    "data-say-too-large": N_("This file is larger than {size} MB, so it was not uploaded."),
    "data-say-empty": N_("Choose a file first."),
    "data-say-again": N_("Upload again"),
    "data-say-chosen": N_("{count} files chosen"),
    "data-say-done": N_("{done} of {count} files processed."),
    "data-say-open": N_("Open"),
}


def upload_messages(locale: Locale, size: int) -> dict[str, str]:
    """What the script says, in the page's language; it fills in percent and count."""
    _ = locale.gettext
    blanks = {name: f"{{{name}}}" for name in ("percent", "count", "done")}
    return {name: _(text, **{**blanks, "size": size}) for name, text in _MESSAGES.items()}


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
            element("P", "", className="chosen muted", **aria_hidden()),
        ],
        className="field drop",
    )


def build_progress() -> Any:
    """Where the script tells how far it is, and what came of each file."""
    return element("Div", None, className="upload-progress", role="status", **{"aria-live": "polite"})


def build_error_list(faults: Sequence[str], page: PageContext) -> Any:
    """What kept an act from being done, at the top of the page; nothing where nothing did."""
    if not faults:
        return None
    title = element("H2", page.gettext("There is a problem"), id="faults")
    items = element("Ul", [element("Li", message) for message in faults])
    return element(
        "Div", [title, items], className="error-summary", role="alert", tabIndex=-1, **{"aria-labelledby": "faults"}
    )


def _describe(described: str | None) -> dict[str, str]:
    return {"aria-describedby": described} if described else {}
