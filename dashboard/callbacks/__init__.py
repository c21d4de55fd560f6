"""Callbacks: the wiring of inputs to outputs, in a few lines each."""
