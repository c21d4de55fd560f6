"""The result of checking an uploaded plan workbook, with its sentences in each language."""

from dataclasses import dataclass
from datetime import date, datetime

from etl.indicators.plans import Plan


@dataclass(frozen=True)
class IssueText:
    """An issue of a plan in one language. `severity` is `error` or `warning`."""

    location: str
    severity: str
    advice: str


@dataclass(frozen=True, kw_only=True)
class PlanCheckTexts:
    """The sentences of a check in one language."""

    language: str
    issues: tuple[IssueText, ...] = ()
    assessed: str = ""
    """Which quarters the plan would assess; blank for the first plan, which changes nothing."""
    figure_count: str = ""
    figures: tuple[str, ...] = ()
    """Sentences about figures that change, limited; the last one says how many more there are."""
    changes: tuple[tuple[str, str], ...] = ()
    """Pairs of a kind of change and a sentence, limited for each kind."""


@dataclass(frozen=True, kw_only=True)
class PlanCheck:
    """The result of reading and checking a workbook once. Pages and the loading of the plan read it from here."""

    sha256: str
    """The digest of the workbook."""
    checked_at: datetime
    latest_version: int
    """The version of the plan that it was compared with; 0 for the first plan."""
    is_new: bool
    """Whether it has no errors and differs from that version."""
    error_count: int
    warning_count: int
    effective: date | None
    is_provisional: bool
    plan: Plan | None
    """None if there are errors."""
    change_counts: tuple[tuple[str, int], ...]
    """The number of all changes by kind."""
    texts: tuple[PlanCheckTexts, ...]

    @property
    def issue_count(self) -> int:
        return self.error_count + self.warning_count

    def get_texts(self, language: str) -> PlanCheckTexts:
        """Return the sentences of a language; those of the first one where the language is new since the check."""
        return next((texts for texts in self.texts if texts.language == language), self.texts[0])
