"""What parts with texts have in common: a text stands whole or in pieces of one look each, beside how to say it."""

from collections.abc import Mapping

from etl.returns.workbook.part_stream import (
    MAIN_NAMESPACE,
    MAX_TEXT,
    Attributes,
    Budget,
    EndHandler,
    PartStream,
    StartHandler,
)


class TextStream(PartStream):
    """Puts the pieces of a text together, without the readings that East Asian programs write beside it."""

    namespace = MAIN_NAMESPACE

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self._pieces: list[str] = []
        self._is_reading = False

    def openers(self) -> Mapping[str, StartHandler]:
        return {"t": self.capture, "rPh": self._open_reading}

    def closers(self) -> Mapping[str, EndHandler]:
        return {"t": self._close_piece, "rPh": self._close_reading}

    def start_text(self, _attributes: Attributes | None = None) -> None:
        """A text begins, of which nothing is there yet."""
        self._pieces.clear()
        self._is_reading = False

    def join_text(self) -> str:
        """The pieces since `start_text`; together as long as Excel allows, else PartRefusedError."""
        if len(self._pieces) == 1:
            return self._pieces[0]
        text = "".join(self._pieces)
        if len(text) > MAX_TEXT:
            self.refuse_long_text()
        return text

    def _open_reading(self, _attributes: Attributes) -> None:
        self._is_reading = True

    def _close_reading(self) -> None:
        self._is_reading = False

    def _close_piece(self) -> None:
        text = self.captured()
        if not self._is_reading:
            self._pieces.append(text)
