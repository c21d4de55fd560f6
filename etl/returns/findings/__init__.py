"""Findings about uploaded files: their codes, severities and texts."""
