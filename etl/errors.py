"""Base classes of errors. Specific errors are defined next to the code that raises them."""

from dataclasses import dataclass


class CardecError(Exception):
    """An error that a user can act on. Its `str()` is a sentence in English."""


class TranslatableError(CardecError):
    """An error whose message is translatable: pages show it in their language, `str()` in English."""

    def __init__(self, text: str, **parameters: object) -> None:
        super().__init__(text.format_map(parameters))
        self.text = text
        self.parameters = parameters


class UnknownNameError(CardecError):
    """A code, name or period that the user gave does not exist. Commands exit with the code of wrong usage."""


class StorageError(CardecError):
    """The disk or the database needs its administrator: trying again does not help. `text` is translatable."""

    text = ""

    def __init__(self) -> None:
        super().__init__(self.text)


@dataclass(frozen=True)
class FieldError:
    """An error in a field of a form: a translatable text with its parameters."""

    field: str
    text: str
    parameters: dict[str, object]

    def __str__(self) -> str:
        return self.text.format_map(self.parameters)


class InputError(CardecError):
    """The input of a form is not valid; nothing was changed. `errors` has every error."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(" ".join(map(str, errors)))
        self.errors = errors
