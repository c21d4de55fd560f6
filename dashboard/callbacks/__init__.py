"""Wiring: which answer follows which change, in a few lines each."""
