"""Plotly charts of results, as plain dicts, made by pure functions."""
