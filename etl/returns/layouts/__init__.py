"""Spreadsheets that exist already: what a sheet says about sites, quarters, indicators and values."""
