"""How a form says which one it is: tags in its cells, its id, a signature, checksums of its locked labels."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from etl.indicators.periods import Quarter, parse_quarter

RETURN_SHEET = "Return"
GUIDE_SHEET = "Guide"
DEFINITIONS_SHEET = "Definitions"
META_SHEET = "_meta"

PROPERTY_FORM = "CardecForm"
PROPERTY_PLAN_VERSION = "CardecPlanVersion"
PROPERTY_SIGNATURE = "CardecSignature"


class ColumnTag(StrEnum):
    """What the hidden row above the header calls each column, so that inserted columns don't matter."""

    KEY = "#key"
    LABEL = "#label"
    LABEL_KM = "#label_km"
    UNIT = "#unit"
    LAST = "#last"
    TARGET = "#target"
    VALUE = "#value"
    NOTE = "#note"


class FieldTag(StrEnum):
    """What the key column calls a row of the header block, whose value stands in the column `#label_km`."""

    FORM = "#form"
    SITE = "#site"
    QUARTER = "#quarter"
    PREPARED_BY = "#prepared_by"
    DATE = "#date"
    BASIS = "#basis"


FIELD_COLUMN = ColumnTag.LABEL_KM
"""The column in which the header block holds its values."""


class MetaName(StrEnum):
    """What the first column of the hidden sheet calls its rows; the second holds the value."""

    FORM = "form"
    SITE = "site"
    QUARTER = "quarter"
    PLAN_VERSION = "plan_version"
    BASIS_CELL = "basis_cell"
    LABELS = "labels"
    SIGNATURE = "signature"
    KEY = "key"
    """One row for each key: the key, then the checksum of its labels."""


@dataclass(frozen=True, slots=True)
class FormIdentity:
    """Site, quarter and plan version of one form."""

    site: str
    quarter: Quarter
    plan_version: int

    @property
    def form_id(self) -> str:
        return format_form_id(self.site, self.quarter, self.plan_version)


_FORM_ID = re.compile(r"(?P<site>\S.*)-(?P<quarter>\d{4}Q[1-4])-v(?P<version>\d{1,9})", re.IGNORECASE | re.ASCII)


def format_form_id(site: str, quarter: Quarter, plan_version: int) -> str:
    """What a person reads aloud on the telephone: `BKN-2025Q3-v1`."""
    return f"{site}-{quarter}-v{plan_version}"


def parse_form_id(text: str) -> FormIdentity:
    """The form that an id names, its site unchecked; ValueError for anything else."""
    found = _FORM_ID.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is not a form id; one looks like BKN-2025Q3-v1")
    return FormIdentity(found["site"], parse_quarter(found["quarter"]), int(found["version"]))


def sign_identity(identity: FormIdentity, signing_key: bytes) -> str:
    """HMAC-SHA-256 over site, quarter and plan version, in hexadecimal."""
    return hmac.new(signing_key, identity.form_id.encode(), hashlib.sha256).hexdigest()


def is_signed(identity: FormIdentity, signature: str, signing_key: bytes) -> bool:
    """Whether this system, with this key, made a form of that identity."""
    return hmac.compare_digest(sign_identity(identity, signing_key).encode(), signature.strip().encode())


def label_checksum(key: str, label: str, label_km: str) -> str:
    """Tells whether somebody overwrote the locked words beside a key; spaces around them don't count."""
    words = "\n".join((key.strip(), label.strip(), label_km.strip()))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def combine_checksums(checksums: Iterable[str]) -> str:
    """One checksum for all rows of a form, in its order."""
    return hashlib.sha256("\n".join(checksums).encode()).hexdigest()
