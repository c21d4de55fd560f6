"""Layouts of pages that are built from Dash components."""
