"""The matrix of indicators is inserted as one piece of HTML, because hundreds of components take a second to draw."""

from dash import ClientsideFunction, Input, Output

from dashboard.access.registry import registry
from dashboard.component_ids import MATRIX, MATRIX_MARKUP

registry.clientside_callback(
    ClientsideFunction("cardec", "show_matrix"),
    # Dash calls a function without an output only after a change, and the markup comes with the page.
    Output(MATRIX, "tabIndex"),
    Input(MATRIX_MARKUP, "data"),
    permission="staff",
)
