"""Fields that people type into, each with its own fault above it, and the summary that links to them."""

from collections.abc import Mapping
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.tables import element

Faults = Mapping[str, str]
"""What is wrong, by the name of the field; the words are in the reader's language."""


def build_error_summary(faults: Faults, page: PageContext) -> Any:
    """Every fault at the top of the page, leading to its field; nothing without one."""
    if not faults:
        return None
    title = element("H2", page.gettext("There is a problem"), id="faults")
    links = [element("Li", element("A", words, href=f"#{name}")) for name, words in faults.items()]
    return element(
        "Div",
        [title, element("Ul", links)],
        className="error-summary",
        role="alert",
        tabIndex=-1,
        **{"aria-labelledby": "faults"},
    )


def build_text_input(label: str, name: str, value: str, faults: Faults, *, hint: str = "", **more: Any) -> Any:
    """One line of text, or a day with `type="date"`."""
    field = element(
        "Input", name=name, id=name, value=value, **_described(name, faults, hint), **{"type": "text", **more}
    )
    return _field(label, name, field, faults, hint)


def build_text_area(label: str, name: str, value: str, faults: Faults, *, hint: str = "", **more: Any) -> Any:
    """Several lines of text."""
    field = element("Textarea", value, name=name, id=name, **_described(name, faults, hint), **{"rows": 3, **more})
    return _field(label, name, field, faults, hint)


def build_checkbox(label: str, name: str, checked: bool, *, hint: str = "") -> Any:
    """A yes or no."""
    field = element("Input", type="checkbox", name=name, id=name, value="yes", checked=checked)
    text = [label, element("Small", hint, className="muted")] if hint else label
    return element("P", [field, element("Label", text, htmlFor=name)], className="check")


def _field(label: str, name: str, field: Any, faults: Faults, hint: str) -> Any:
    parts = [
        element("Label", label, htmlFor=name),
        element("P", hint, className="muted", id=f"{name}-hint") if hint else None,
        element("P", faults[name], className="fault", id=f"{name}-fault") if name in faults else None,
        field,
    ]
    return element("Div", parts, className="field wrong" if name in faults else "field")


def _described(name: str, faults: Faults, hint: str) -> dict[str, str]:
    ids = ([f"{name}-hint"] if hint else []) + ([f"{name}-fault"] if name in faults else [])
    described = {"aria-describedby": " ".join(ids)} if ids else {}
    return {**described, "aria-invalid": "true"} if name in faults else described
