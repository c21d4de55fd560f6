"""Base class for parts with rich text, which is split into runs and may have phonetic hints."""

import re
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

_DIGITS = re.compile(r"\d")
_RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
_RAISED_DIGITS = str.maketrans("0123456789", _RAISED)
_STROKE = "\u0336"
_OFF = ("0", "false")


def strike_digits(text: str) -> str:
    """Return the text with a stroke through each digit, so that a number that was crossed out is not read."""
    return _DIGITS.sub(rf"\g<0>{_STROKE}", text)


def has_marks(text: str) -> bool:
    """Whether a digit of the text has a stroke or is raised."""
    return _STROKE in text or any(letter in _RAISED for letter in text)


def mark_run(text: str, before: str, *, is_raised: bool, is_struck: bool) -> str:
    """Return a run of a text with its marks: raised digits behind a digit of `before`, and strokes through digits."""
    if is_raised and before.replace(_STROKE, "").rstrip()[-1:].isdigit():
        text = text.translate(_RAISED_DIGITS)
    return strike_digits(text) if is_struck else text


class TextStream(PartStream):
    """Join the runs of a text, and skip the phonetic hints (`rPh`) that East Asian programs write.

    Digits of a raised run behind a digit become raised digits (12 with a footnote 1 is 12¹, not 121), and those of a
    run that is crossed out get strokes.
    """

    namespace = MAIN_NAMESPACE

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self._runs: list[str] = []
        self._is_phonetic = self._is_raised = self._is_struck = False

    def list_start_handlers(self) -> Mapping[str, StartHandler]:
        return {
            "t": self.start_capture,
            "r": self._start_run,
            "vertAlign": self._raise_run,
            "strike": self._strike_run,
            "rPh": self._start_phonetic,
        }

    def list_end_handlers(self) -> Mapping[str, EndHandler]:
        return {"t": self._end_run, "rPh": self._end_phonetic}

    def start_text(self, _attributes: Attributes | None = None) -> None:
        """Start a new text."""
        self._runs.clear()
        self._is_phonetic = self._is_raised = self._is_struck = False

    def join_text(self) -> str:
        """Join the runs since `start_text`. Raises PartRefusedError if the text is longer than Excel allows."""
        if len(self._runs) == 1:
            return self._runs[0]
        text = "".join(self._runs)
        if len(text) > MAX_TEXT:
            self.refuse_long_text()
        return text

    def _start_run(self, _attributes: Attributes) -> None:
        self._is_raised = self._is_struck = False

    def _raise_run(self, attributes: Attributes) -> None:
        self._is_raised = attributes.get("val") == "superscript"

    def _strike_run(self, attributes: Attributes) -> None:
        self._is_struck = attributes.get("val", "1") not in _OFF

    def _start_phonetic(self, _attributes: Attributes) -> None:
        self._is_phonetic = True

    def _end_phonetic(self) -> None:
        self._is_phonetic = False

    def _end_run(self) -> None:
        text = self.end_capture()
        if self._is_phonetic:
            return
        before = self._runs[-1] if self._runs else ""
        self._runs.append(mark_run(text, before, is_raised=self._is_raised, is_struck=self._is_struck))
