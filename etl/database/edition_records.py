"""What is stored of editions and read back besides their figures: files, and a line of the list of editions."""

from dataclasses import dataclass
from datetime import datetime

from etl.indicators.editions import Edition, EditionFigure
from etl.indicators.periods import Quarter


@dataclass(frozen=True, slots=True)
class EditionFile:
    """One page or download as it was rendered. `path` is relative to the edition: `km/indicators/SO3-01.html`."""

    path: str
    language: str
    """Blank for what has none, such as a download."""
    media_type: str
    data: bytes
    compressed: bytes | None = None
    """The same in brotli, where that is smaller."""
    etag: str = ""


@dataclass(frozen=True, slots=True)
class EditionSummary:
    """One edition in the list of all. `changes` counts how often something was taken out of it."""

    id: str
    quarter: Quarter
    revision: int
    published_at: datetime
    plan_version: int
    replaces: str
    changes: int

    @property
    def order(self) -> tuple[Quarter, int]:
        """By quarter, and of one quarter by revision; the last is the newest."""
        return self.quarter, self.revision


@dataclass(frozen=True)
class NewEdition:
    """All of an edition, about to be stored. `held` are its withheld figures with their true numbers."""

    edition: Edition
    published_at: datetime
    figures: tuple[EditionFigure, ...]
    withheld: tuple[EditionFigure, ...]
    files: tuple[EditionFile, ...]
