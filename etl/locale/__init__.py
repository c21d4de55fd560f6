"""Translations, numbers and dates in the languages of the interface."""
