"""Fields of plain forms: a label, a hint, what is wrong with it, and the field itself."""

from collections.abc import Collection, Sequence
from typing import Any

from dashboard.components.tables import element

Option = tuple[str, str]
"""A value and its words."""


def text_field(
    label: str,
    name: str,
    *,
    value: str = "",
    hint: str = "",
    fault: str = "",
    kind: str = "text",
    autocomplete: str = "off",
    required: bool = True,
) -> Any:
    """A field for a line of text; of the kind `password` it never comes back filled."""
    described = " ".join(f"{name}-{part}" for part, text in (("hint", hint), ("fault", fault)) if text)
    field = element(
        "Input",
        type=kind,
        name=name,
        id=name,
        value=None if kind == "password" else value,
        autocomplete=autocomplete,
        autocapitalize="none",
        spellcheck="false",
        required=required or None,
        **{"aria-describedby": described or None, "aria-invalid": "true" if fault else None},
    )
    return _field(label, name, field, hint, fault)


def choice_field(label: str, name: str, options: Sequence[Option], chosen: str, *, hint: str = "") -> Any:
    """A native select."""
    choices = [element("Option", words, value=value, selected=value == chosen) for value, words in options]
    described = {"aria-describedby": f"{name}-hint"} if hint else {}
    return _field(label, name, element("Select", choices, name=name, id=name, **described), hint, "")


def checkbox_group(
    legend: str, name: str, options: Sequence[Option], checked: Collection[str], *, fault: str = ""
) -> Any:
    """Several boxes under one heading."""
    boxes = [checkbox_field(words, name, value, value in checked) for value, words in options]
    error_text = element("P", fault, className="fault") if fault else None
    kind = "field wrong" if fault else "field"
    return element("Fieldset", [element("Legend", legend), error_text, *boxes], className=kind)


def checkbox_field(words: str, name: str, value: str, checked: bool) -> Any:
    """One box with its label beside it."""
    box_id = f"{name}-{value}"
    box = element("Input", type="checkbox", name=name, value=value, id=box_id, checked=checked)
    return element("P", [box, " ", element("Label", words, htmlFor=box_id)], className="check")


def submit_button(words: str, *, is_secondary: bool = False) -> Any:
    return element("Button", words, type="submit", className="button second" if is_secondary else "button")


def _field(label: str, name: str, field: Any, hint: str, fault: str) -> Any:
    return element(
        "Div",
        [
            element("Label", label, htmlFor=name),
            element("P", hint, className="muted", id=f"{name}-hint") if hint else None,
            element("P", fault, className="fault", id=f"{name}-fault") if fault else None,
            field,
        ],
        className="field wrong" if fault else "field",
    )
