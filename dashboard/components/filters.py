"""A note on values of the address that do not exist."""

from typing import Any

import dash_bootstrap_components as dbc

from dashboard.selection import Selection


def build_unknown_choice(selection: Selection) -> Any:
    """Return a note that names the values of the address that are unknown; None without any."""
    if not selection.unknown:
        return None
    _ = selection.locale.gettext
    return dbc.Alert(_("Not in the plan, so ignored: {names}.", names=", ".join(selection.unknown)), color="warning")
