"""Exports: figures as rows, CSV, Excel and formats for other programs."""
