"""A note on values of the address that do not exist."""

from typing import Any

from dashboard.components.markup import tags
from dashboard.selection import Selection


def build_unknown_choice(selection: Selection) -> Any:
    """Return a note that names the values of the address that are unknown; None without any."""
    if not selection.unknown:
        return None
    _ = selection.locale.gettext
    return tags.P(_("Not in the plan, so ignored: {names}.", names=", ".join(selection.unknown)), className="note")
