"""The base of every error that this system raises on purpose; others live beside what raises them."""


class CardecError(Exception):
    """Something a person can act on. `str()` of it is one clear sentence in English."""
