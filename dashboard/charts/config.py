"""The one configuration of every chart: no button to another origin, and none but our own."""

from typing import Any


def make_graph_config() -> Any:
    """Return the `config` of `dcc.Graph`. Plotly's default would offer to upload the chart to a cloud.

    Its bar of buttons can't be reached by every reader, so pictures and numbers are saved with ours, below the chart.
    """
    return {"displaylogo": False, "showSendToCloud": False, "displayModeBar": False, "responsive": True}
