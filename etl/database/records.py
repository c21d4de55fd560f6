"""Records of the database as frozen dataclasses: plans, returns, cells, users, sessions and the audit log."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from etl.indicators.periods import Quarter
from etl.indicators.tallies import Tally
from etl.indicators.vocabulary import Basis, CellKey, CellState, ReturnState, Role, SiteQuarter
from etl.returns.typed_entries import TypedEntries

ApprovalBasis = Literal["approved", "submitted"]
"""Which returns are effective: only approved ones, or submitted ones in preference to approved ones."""

APPROVAL_BASES: tuple[ApprovalBasis, ...] = ("approved", "submitted")


@dataclass(frozen=True)
class LoadedPlan:
    """The load of a plan version: its source, user, time and reason."""

    number: int
    effective: date
    is_provisional: bool
    sha256: str
    source_name: str
    loaded_by: str
    loaded_at: datetime
    reason: str


@dataclass(frozen=True)
class ReceivedFile:
    """A file exactly as it was received."""

    sha256: str
    name: str
    data: bytes
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class NewReturn:
    """A return about to be stored, as a draft."""

    site: str
    quarter: Quarter
    sha256: str
    basis: Basis
    plan_version: int
    sender: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReturnCell:
    """One number of a return and its cell: `raw` is what the sender typed, `address` the cell (`F14`).

    A value of None means "not collected". Blank cells are not stored.
    """

    key: CellKey
    value: Decimal | None
    raw: str = ""
    sheet: str = ""
    address: str = ""
    note: str = ""
    source_return: int | None = None
    """The earlier return whose file holds the cell, for a number that was carried over from it."""

    @property
    def state(self) -> CellState:
        return CellState.NOT_COLLECTED if self.value is None else CellState.REPORTED


@dataclass(frozen=True, kw_only=True)
class StoredReturn:
    """A return in its current state, without its numbers."""

    id: int
    site: str
    quarter: Quarter
    state: ReturnState
    basis: Basis
    plan_version: int
    sha256: str
    file_name: str
    sender: str
    created_at: datetime
    first_submitted_at: datetime | None
    """When the site first submitted this quarter; decides whether the return is on time."""
    submitted_at: datetime | None
    decided_at: datetime | None
    approver: str
    supersedes: int | None


@dataclass(frozen=True)
class ReturnEvent:
    """A state change or comment in a return's history; the first event has no old state."""

    at: datetime
    actor: str
    old_state: ReturnState | None
    new_state: ReturnState
    comment: str


@dataclass(frozen=True, kw_only=True)
class TypedDraft:
    """The entries of a site and quarter that somebody types on the page; each save has the next version."""

    site: str
    quarter: Quarter
    version: int
    author: str
    saved_at: datetime
    base_return: int | None
    """The return that the entries began with."""
    return_id: int | None
    """The return that was made of the entries, once they were checked."""
    entries: TypedEntries


@dataclass(frozen=True, kw_only=True)
class TypedReturn:
    """Who typed a return on the page, and when. Its numbers other than `changed_keys` are those of its base."""

    return_id: int
    author: str
    typed_at: datetime
    base_return: int | None
    changed_keys: tuple[str, ...]
    """The written keys of the numbers that differ from the base."""

    def is_typed(self, key: CellKey) -> bool:
        """Whether the number itself was typed, not carried over."""
        return self.base_return is None or str(key) in self.changed_keys


@dataclass(frozen=True, kw_only=True)
class CellSource:
    """The source of a number: its cell, and the effective return with its file, sender and approver."""

    cell: ReturnCell
    origin: StoredReturn
    typed: TypedReturn | None = None
    """Set for a return that was typed on the page."""


@dataclass(frozen=True, slots=True)
class CentreRow:
    """The tally of all sites for a number (an indicator, and a part or "") in a quarter."""

    basis: ApprovalBasis
    number: tuple[str, str]
    quarter: Quarter
    tally: Tally


@dataclass(frozen=True)
class CentreDifference:
    """A centre row that differs from the sum of its sites' rows; a missing or surplus row has one side only."""

    basis: ApprovalBasis
    number: tuple[str, str]
    quarter: Quarter
    stored: Tally | None
    computed: Tally | None


@dataclass(frozen=True)
class RollupDifference:
    """A roll-up row that differs from the returns; a missing or surplus row has one side only."""

    basis: ApprovalBasis
    stored: SiteQuarter | None
    computed: SiteQuarter | None


@dataclass(frozen=True, kw_only=True)
class User:
    """A user account. `sites` are the sites that an officer reports for, unless `all_sites` is set."""

    name: str
    display_name: str
    role: Role
    all_sites: bool = False
    sites: frozenset[str] = frozenset()
    password_hash: str | None = field(default=None, repr=False)
    active: bool = True
    is_sample: bool = False

    def can_submit_for(self, site: str) -> bool:
        """Return whether the user reports for the site."""
        return self.all_sites or site in self.sites

    @property
    def can_review(self) -> bool:
        """Whether the user may approve returns and send them back."""
        return self.role in (Role.MANAGER, Role.ADMINISTRATOR)

    def can_access_site(self, site: str) -> bool:
        """Return whether the user may submit and open the site's returns: its officers, and everyone who may review."""
        return self.can_review or self.can_submit_for(site)


@dataclass(frozen=True, kw_only=True)
class Session:
    """A signed-in session. Only the token's hash is stored, so a leaked database can't be used to sign in."""

    token_hash: str = field(repr=False)
    user: str
    created_at: datetime
    last_seen_at: datetime
    csrf_seed: str = field(repr=False)


@dataclass(frozen=True)
class OneTimeLink:
    """A link to set a password; a link with a blank user creates the first administrator."""

    user: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class ApiToken:
    """A token with which a program reads live figures as its user. Only its hash is stored."""

    id: int
    user: str
    name: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class OfficeSetting:
    """A setting that people change on a page, and who changed it last."""

    name: str
    value: str
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class AuditEvent:
    """An entry of the audit log: who did what to what, when, the old and the new value, and the reason."""

    at: datetime
    actor: str
    action: str
    subject: str
    old: str = ""
    new: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """A filter for audit events; blank fields match everything."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    """A part of the subject, case-insensitive."""
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True)
class NumberedEvent:
    """An audit event with its number in the log."""

    number: int
    event: AuditEvent


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A photo or document attached to a return, or to one number if `key` is set; without its bytes."""

    id: int
    return_id: int
    key: str
    name: str
    kind: str
    """The media type, detected from the bytes: `image/jpeg`."""
    size: int
    sha256: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A remark on an indicator in a quarter: the reason for its result and the agreed action.

    A newer version replaces an older one.
    """

    indicator: str
    quarter: Quarter
    reason: str
    agreed_action: str = ""
    responsible: str = ""
    due: date | None = None
    is_done: bool = False
    is_public: bool = False
    written_by: str
    written_at: datetime
    replaces: int | None = None
    id: int = 0
    """0 until the remark is stored."""

    @property
    def is_open(self) -> bool:
        """Whether there is an agreed action that isn't done."""
        return bool(self.agreed_action) and not self.is_done
