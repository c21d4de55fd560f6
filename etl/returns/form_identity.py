"""Identify a form: the tags in its cells, its id, its signature and the checksums of its labels."""

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
FINDINGS_SHEET = "Findings"
META_SHEET = "_meta"

NOT_COLLECTED_ENTRY = "NC"
"""What people write into a value cell for a number that they did not collect."""

PROPERTY_FORM = "CardecForm"
PROPERTY_PLAN_VERSION = "CardecPlanVersion"
PROPERTY_SIGNATURE = "CardecSignature"


class ColumnTag(StrEnum):
    """Tags in the hidden row above the header. They identify columns even after columns were inserted."""

    KEY = "#key"
    LABEL = "#label"
    LABEL_KM = "#label_km"
    UNIT = "#unit"
    LAST = "#last"
    TARGET = "#target"
    VALUE = "#value"
    NOTE = "#note"


class FieldTag(StrEnum):
    """Tags in the key column for the rows of the header block, whose values are in the column `#label_km`."""

    FORM = "#form"
    SITE = "#site"
    QUARTER = "#quarter"
    PREPARED_BY = "#prepared_by"
    DATE = "#date"
    BASIS = "#basis"


FIELD_COLUMN = ColumnTag.LABEL_KM
"""The column with the values of the header block."""


class MetaName(StrEnum):
    """Names in the first column of the hidden sheet; the second column holds the values."""

    FORM = "form"
    SITE = "site"
    QUARTER = "quarter"
    PLAN_VERSION = "plan_version"
    BASIS_CELL = "basis_cell"
    LABELS = "labels"
    SIGNATURE = "signature"
    KEY = "key"
    """One row per key: the key, then the checksum of its labels."""


@dataclass(frozen=True, slots=True)
class FormIdentity:
    """The site, quarter and plan version of a form."""

    site: str
    quarter: Quarter
    plan_version: int

    @property
    def form_id(self) -> str:
        return format_form_id(self.site, self.quarter, self.plan_version)


_FORM_ID = re.compile(r"(?P<site>\S.*)-(?P<quarter>\d{4}Q[1-4])-v(?P<version>\d{1,9})", re.IGNORECASE | re.ASCII)


def format_form_id(site: str, quarter: Quarter, plan_version: int) -> str:
    """Return the id of a form, such as `BKN-2025Q3-v1`, which people can read out on the telephone."""
    return f"{site}-{quarter}-v{plan_version}"


def parse_form_id(text: str) -> FormIdentity:
    """Return the identity in a form id. The site is not checked. ValueError for any other text."""
    match = _FORM_ID.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not a form id; one looks like BKN-2025Q3-v1")
    return FormIdentity(match["site"], parse_quarter(match["quarter"]), int(match["version"]))


def sign_identity(identity: FormIdentity, signing_key: bytes) -> str:
    """Return the HMAC-SHA-256 of site, quarter and plan version in hexadecimal."""
    return hmac.new(signing_key, identity.form_id.encode(), hashlib.sha256).hexdigest()


def is_signed(identity: FormIdentity, signature: str, signing_key: bytes) -> bool:
    """Whether the signature was made for this identity with this key."""
    return hmac.compare_digest(sign_identity(identity, signing_key).encode(), signature.strip().encode())


def compute_label_checksum(key: str, label: str, label_km: str) -> str:
    """Return a checksum that changes when the labels of a key change. Spaces around them do not count."""
    text = "\n".join((key.strip(), label.strip(), label_km.strip()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def combine_checksums(checksums: Iterable[str]) -> str:
    """Return one checksum for all rows of a form, in order."""
    return hashlib.sha256("\n".join(checksums).encode()).hexdigest()
