"""Form fields, buttons and the error summary of pages that work without scripts."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.markup import make_aria_hidden, tags
from etl.locale import N_, Locale

Option = tuple[str, str]
"""The value of an option and its text."""

Errors = Mapping[str, str]
"""Translated error messages by the name of the field."""

_UPLOAD_MESSAGES = {
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
    "data-say-chosen": N_("Files chosen: {count}"),
    "data-say-done": N_("{done} of {count} files processed."),
    "data-say-open": N_("Open"),
}


def build_text_field(
    label: str, name: str, *, value: str | None = "", hint: str = "", error: str = "", lines: int = 1, **attributes: Any
) -> Any:
    """Return a text input, or a text area of several lines. `attributes` are HTML attributes such as `type`."""
    field_id = attributes.pop("id", name)
    attributes |= {"name": name, "id": field_id, **_describe(field_id, hint, error)}
    if lines > 1:
        control = tags.Textarea(value, rows=lines, **attributes)
    else:
        control = tags.Input(**{"type": "text", "value": value, **attributes})
    return _build_field(label, field_id, control, hint, error)


def build_credential_field(
    label: str,
    name: str,
    *,
    value: str = "",
    hint: str = "",
    error: str = "",
    kind: str = "text",
    autocomplete: str = "off",
    required: bool = True,
) -> Any:
    """Return an input for a name, a code or a password. Browsers do not correct it; passwords are never prefilled."""
    return build_text_field(
        label,
        name,
        hint=hint,
        error=error,
        type=kind,
        value=None if kind == "password" else value,
        autocomplete=autocomplete,
        autocapitalize="none",
        spellcheck="false",
        required=required or None,
    )


def build_select_field(
    label: str,
    name: str,
    options: Sequence[Option],
    selected: str = "",
    *,
    hint: str = "",
    field_id: str = "",
    required: bool | None = None,
) -> Any:
    """Return a native select with its label."""
    field_id = field_id or name
    choices = [tags.Option(text, value=value, selected=value == selected) for value, text in options]
    control = tags.Select(choices, name=name, id=field_id, required=required, **_describe(field_id, hint, ""))
    return _build_field(label, field_id, control, hint, "")


def build_checkbox_group(legend: str, name: str, options: Sequence[Option], checked_values: Collection[str]) -> Any:
    """Return checkboxes of one name under a legend."""
    boxes = [
        build_checkbox(text, name, value, value in checked_values, field_id=f"{name}-{value}")
        for value, text in options
    ]
    return tags.Fieldset([tags.Legend(legend), *boxes], className="field")


def build_checkbox(
    label: str,
    name: str,
    value: str,
    is_checked: bool,
    *,
    hint: str = "",
    field_id: str = "",
    required: bool | None = None,
) -> Any:
    """Return a checkbox followed by its label."""
    field_id = field_id or name
    text = [label, tags.Small(hint, className="muted")] if hint else label
    box = tags.Input(type="checkbox", name=name, value=value, id=field_id, checked=is_checked, required=required)
    return tags.P([box, " ", tags.Label(text, htmlFor=field_id)], className="check")


def build_file_field(label: str, field_id: str, *, accept: str, hint: str = "", **attributes: Any) -> Any:
    """Return a native file input. A script lets visitors drop files on the box around it."""
    attributes |= _describe(field_id, hint, "")
    return tags.Div(
        [
            tags.Label(label, htmlFor=field_id),
            _build_hint(field_id, hint),
            tags.Input(type="file", name="file", id=field_id, accept=accept, **attributes),
            tags.P("", className="chosen muted", **make_aria_hidden()),
        ],
        className="field drop",
    )


def build_hidden_field(name: str, value: str) -> Any:
    return tags.Input(type="hidden", name=name, value=value)


def build_submit_button(text: str, *, is_secondary: bool = False, **attributes: Any) -> Any:
    css_class = "button second" if is_secondary else "button"
    return tags.Button(text, **{"type": "submit", "className": css_class, **attributes})


def build_error_summary(errors: Errors | Sequence[str], page: PageContext) -> Any:
    """Return all errors for the top of the page, linked to their fields if they have one; None without errors."""
    if not errors:
        return None
    items: list[Any] = list(errors)
    if isinstance(errors, Mapping):
        items = [tags.A(text, href=f"#{name}") for name, text in errors.items()]
    title = tags.H2(page.gettext("There is a problem"), id="faults")
    return tags.Div(
        [title, tags.Ul([tags.Li(item) for item in items])],
        className="error-summary",
        role="alert",
        tabIndex=-1,
        **{"aria-labelledby": "faults"},
    )


def build_upload_progress() -> Any:
    """Return the live region in which a script reports the progress and the result of uploads."""
    return tags.Div(None, className="upload-progress", role="status", **{"aria-live": "polite"})


def upload_messages(locale: Locale, size: int) -> dict[str, str]:
    """Return the messages of the upload script as attributes. The script fills in `{percent}` and the counts."""
    blanks = {name: f"{{{name}}}" for name in ("percent", "count", "done")}
    return {name: locale.gettext(text, **{**blanks, "size": size}) for name, text in _UPLOAD_MESSAGES.items()}


def _build_field(label: str, field_id: str, control: Any, hint: str, error: str) -> Any:
    return tags.Div(
        [
            tags.Label(label, htmlFor=field_id),
            _build_hint(field_id, hint),
            tags.P(error, className="fault", id=f"{field_id}-fault") if error else None,
            control,
        ],
        className="field wrong" if error else "field",
    )


def _build_hint(field_id: str, hint: str) -> Any:
    return tags.P(hint, className="muted", id=f"{field_id}-hint") if hint else None


def _describe(field_id: str, hint: str, error: str) -> dict[str, str]:
    """Return the attributes that tie hint and error to their field for screen readers."""
    ids = [f"{field_id}-{part}" for part, text in (("hint", hint), ("fault", error)) if text]
    attributes = {"aria-describedby": " ".join(ids)} if ids else {}
    return {**attributes, "aria-invalid": "true"} if error else attributes
