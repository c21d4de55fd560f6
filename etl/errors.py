"""Base classes of errors. Specific errors are defined next to the code that raises them."""


class CardecError(Exception):
    """An error that a user can act on. Its `str()` is a sentence in English."""


class TranslatableError(CardecError):
    """An error whose message is translatable: pages show it in their language, `str()` in English."""

    def __init__(self, text: str, **parameters: object) -> None:
        super().__init__(text.format_map(parameters))
        self.text = text
        self.parameters = parameters
