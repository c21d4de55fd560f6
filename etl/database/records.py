"""What is stored and read back, as frozen values: returns, cells with their place, people, the audit trail."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from etl.indicators.periods import Quarter
from etl.indicators.tallies import Tally
from etl.indicators.vocabulary import Basis, CellKey, CellState, ReturnState, Role, SiteQuarter

ApprovalBasis = Literal["approved", "submitted"]
"""Which numbers count: approved ones only, or with them the submitted ones, which take the place of what stands."""

APPROVAL_BASES: tuple[ApprovalBasis, ...] = ("approved", "submitted")


@dataclass(frozen=True)
class LoadedPlan:
    """That a version of the plan was loaded: from what, by whom, when and why."""

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
    """A file exactly as it came."""

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
    """One number of a return and where it stood: `raw` is what the sender wrote, `address` its cell (`F14`).

    No value: the sender said that it was not collected. A blank cell is no cell at all.
    """

    key: CellKey
    value: Decimal | None
    raw: str = ""
    sheet: str = ""
    address: str = ""
    note: str = ""

    @property
    def state(self) -> CellState:
        return CellState.NOT_COLLECTED if self.value is None else CellState.REPORTED


@dataclass(frozen=True, kw_only=True)
class StoredReturn:
    """A return as it stands now, without its numbers."""

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
    """When this site first submitted the quarter: it decides whether it was on time."""
    submitted_at: datetime | None
    decided_at: datetime | None
    approver: str
    supersedes: int | None


@dataclass(frozen=True)
class ReturnEvent:
    """One step in a return's life; the first has no old state."""

    at: datetime
    actor: str
    old_state: ReturnState | None
    new_state: ReturnState
    comment: str


@dataclass(frozen=True, kw_only=True)
class CellSource:
    """A number with all that leads back to it: the return that counts, its file, sheet and cell, and its people."""

    cell: ReturnCell
    origin: StoredReturn


@dataclass(frozen=True, slots=True)
class CentreRow:
    """What all sites together said of a number (an indicator, and one of its parts or "") in a quarter."""

    basis: ApprovalBasis
    number: tuple[str, str]
    quarter: Quarter
    tally: Tally


@dataclass(frozen=True)
class CentreDifference:
    """A row of the centre that isn't what its sites' rows add up to; one that is missing, or too many, has one side."""

    basis: ApprovalBasis
    number: tuple[str, str]
    quarter: Quarter
    stored: Tally | None
    computed: Tally | None


@dataclass(frozen=True)
class RollupDifference:
    """A roll-up row that isn't what the returns say; a row that is missing, or one too many, has one side only."""

    basis: ApprovalBasis
    stored: SiteQuarter | None
    computed: SiteQuarter | None


@dataclass(frozen=True, kw_only=True)
class User:
    """Somebody with an account. `sites` are those an officer sends for, when not for all."""

    name: str
    display_name: str
    role: Role
    all_sites: bool = False
    sites: frozenset[str] = frozenset()
    password_hash: str | None = field(default=None, repr=False)
    active: bool = True
    is_sample: bool = False

    def can_submit_for(self, site: str) -> bool:
        return self.all_sites or site in self.sites

    @property
    def can_review(self) -> bool:
        """Whether this person approves returns and sends them back."""
        return self.role in (Role.MANAGER, Role.ADMINISTRATOR)

    def can_access_site(self, site: str) -> bool:
        """Whether a site's returns are this person's to send and to open: the site's officers', and who decides."""
        return self.can_review or self.can_submit_for(site)


@dataclass(frozen=True, kw_only=True)
class Session:
    """Somebody signed in. Only the hash of the token is kept, so that a copy of the database opens no door."""

    token_hash: str = field(repr=False)
    user: str
    created_at: datetime
    last_seen_at: datetime
    csrf_seed: str = field(repr=False)


@dataclass(frozen=True)
class OneTimeLink:
    """A link by which the account's owner sets a password; a blank user's makes the first administrator."""

    user: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class AuditEvent:
    """Who did what to what, when, from which value to which, and why."""

    at: datetime
    actor: str
    action: str
    subject: str
    old: str = ""
    new: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Which events of the audit trail are asked for; what is left out chooses nothing."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    """Part of what was acted on, whatever its capitals."""
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True)
class NumberedEvent:
    """An event of the audit trail with its place in it."""

    number: int
    event: AuditEvent


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A photo or document of a return, or of one number of it when `key` isn't blank; without its bytes."""

    id: int
    return_id: int
    key: str
    name: str
    kind: str
    """A media type, told by the bytes: `image/jpeg`."""
    size: int
    sha256: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Why an indicator stands where it stands in a quarter, and what was agreed. A newer version replaces an older."""

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
    """0 until it is stored."""

    @property
    def is_open(self) -> bool:
        """Whether something was agreed that isn't done."""
        return bool(self.agreed_action) and not self.is_done
