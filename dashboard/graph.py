"""The one configuration of every chart: no button to another origin, none that has no use on a phone."""

from typing import Any

_UNUSED = ("zoom2d", "pan2d", "select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "resetScale2d")


def graph_config() -> Any:
    """What `dcc.Graph` is given; plotly's own default would offer to send the chart to a cloud."""
    return {
        "displaylogo": False,
        "showSendToCloud": False,
        "displayModeBar": "hover",
        "modeBarButtonsToRemove": list(_UNUSED),
        "responsive": True,
    }
