"""Base class for parts with rich text, which is split into runs and may have phonetic hints."""

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
    """Join the runs of a text, and skip the phonetic hints (`rPh`) that East Asian programs write."""

    namespace = MAIN_NAMESPACE

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self._runs: list[str] = []
        self._is_phonetic = False

    def list_start_handlers(self) -> Mapping[str, StartHandler]:
        return {"t": self.start_capture, "rPh": self._start_phonetic}

    def list_end_handlers(self) -> Mapping[str, EndHandler]:
        return {"t": self._end_run, "rPh": self._end_phonetic}

    def start_text(self, _attributes: Attributes | None = None) -> None:
        """Start a new text."""
        self._runs.clear()
        self._is_phonetic = False

    def join_text(self) -> str:
        """Join the runs since `start_text`. Raises PartRefusedError if the text is longer than Excel allows."""
        if len(self._runs) == 1:
            return self._runs[0]
        text = "".join(self._runs)
        if len(text) > MAX_TEXT:
            self.refuse_long_text()
        return text

    def _start_phonetic(self, _attributes: Attributes) -> None:
        self._is_phonetic = True

    def _end_phonetic(self) -> None:
        self._is_phonetic = False

    def _end_run(self) -> None:
        text = self.end_capture()
        if not self._is_phonetic:
            self._runs.append(text)
