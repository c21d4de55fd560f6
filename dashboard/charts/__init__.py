"""From results to Plotly figures: pure functions that return plain dicts."""
