"""Entries of a return that a person typed on a page, exactly as they were sent."""

from dataclasses import dataclass

from etl.returns.form_identity import NOT_COLLECTED_ENTRY


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One row of the page as it was sent: everything is the text that the person typed."""

    key: str
    value: str = ""
    note: str = ""
    label: str = ""
    """The label that the page displayed; blank where it is unknown."""
    is_not_collected: bool = False

    @property
    def entry(self) -> str:
        """The text for the value cell. A value that is also marked as not collected stays a contradiction."""
        if not self.is_not_collected:
            return self.value
        return f"{NOT_COLLECTED_ENTRY} / {self.value} ?" if self.value.strip() else NOT_COLLECTED_ENTRY


@dataclass(frozen=True)
class TypedEntries:
    """The rows of the page in its order, and its header fields."""

    rows: tuple[TypedRow, ...] = ()
    basis: str = ""
    """The chosen basis of flows; blank in a form that does not ask for it."""
    prepared_by: str = ""
