"""The base of every error that this system raises on purpose; others live beside what raises them."""


class CardecError(Exception):
    """Something a person can act on. `str()` of it is one clear sentence in English."""


class TranslatableError(CardecError):
    """One whose sentence stands in the catalogues: pages say it in their language, `str()` in English."""

    def __init__(self, text: str, **parameters: object) -> None:
        super().__init__(text.format_map(parameters))
        self.text = text
        self.parameters = parameters
