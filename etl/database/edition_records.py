"""Records of editions: their files, and the summary shown in the list of editions."""

from dataclasses import dataclass
from datetime import date, datetime

from etl.indicators.editions import Edition, EditionFigure
from etl.indicators.periods import CAMBODIA, Quarter


@dataclass(frozen=True, slots=True)
class EditionFile:
    """A rendered page or download. `path` is relative to the edition: `km/indicators/SO3-01.html`."""

    path: str
    language: str
    """Blank for files without a language, such as downloads."""
    media_type: str
    data: bytes
    compressed: bytes | None = None
    """The data compressed with brotli, where that is smaller."""
    etag: str = ""


@dataclass(frozen=True, slots=True)
class EditionSummary:
    """An edition in the list of all editions. `changes` counts its redactions."""

    id: str
    quarter: Quarter
    revision: int
    published_at: datetime
    plan_version: int
    replaces: str
    changes: int

    @property
    def published_on(self) -> date:
        """The day of publication in Cambodia, the one that the edition itself states."""
        return self.published_at.astimezone(CAMBODIA).date()

    @property
    def order(self) -> tuple[Quarter, int]:
        """The sort key: by quarter, then by revision; the last edition is the newest."""
        return self.quarter, self.revision


@dataclass(frozen=True)
class NewEdition:
    """A complete edition, about to be stored. `withheld` holds the withheld figures with their true numbers."""

    edition: Edition
    published_at: datetime
    figures: tuple[EditionFigure, ...]
    withheld: tuple[EditionFigure, ...]
    files: tuple[EditionFile, ...]
