"""Settings of the IATI file of editions: the organisations, sectors and countries that the plan doesn't know."""

import re
from dataclasses import dataclass
from decimal import Decimal

ROLES = {"funding": "1", "accountable": "2", "extending": "3", "implementing": "4"}
"""The codes of IATI's list OrganisationRole."""
GOVERNMENT = "10"
ORGANISATION_TYPES = (
    GOVERNMENT, "11", "15", "21", "22", "23", "24", "30", "40", "60", "70", "71", "72", "73", "80", "90",
)  # fmt: skip
"""The codes of IATI's list OrganisationType."""
_IDENTIFIER = re.compile(r"[A-Za-z0-9]{2,}-[^\s/&|?]+")
_PARTNER = re.compile(r"(?P<role>[a-z]+)\s+(?P<type>\d\d)\s+(?P<identifier>\S+)\s+(?P<name>\S.*)")
_WHOLE = Decimal(100)


@dataclass(frozen=True)
class Partner:
    """An organisation that takes part in the activity; `role` and `type` are codes, the identifier may be blank."""

    role: str
    type: str
    identifier: str
    name: str


@dataclass(frozen=True)
class Share:
    """A sector or country by its code, with its percentage of the activity."""

    code: str
    percentage: Decimal


@dataclass(frozen=True, kw_only=True)
class IatiSettings:
    """What the IATI file says of the organisation. Blank where nothing is set."""

    organisation: str = ""
    """The registered identifier of the reporting organisation."""
    name: str = "CARDEC, Conservation Agriculture Research for Development Centre"
    organisation_type: str = GOVERNMENT
    partners: tuple[Partner, ...] = ()
    sectors: tuple[Share, ...] = ()
    """Five-digit purpose codes of the OECD DAC, whose percentages add up to 100."""
    countries: tuple[Share, ...] = ()
    """ISO 3166-1 codes; blank: the country of the plan's sites."""


NO_SETTINGS = IatiSettings()


def make_iati_settings(
    errors: list[str],
    *,
    organisation: str,
    name: str,
    organisation_type: str,
    partners: str,
    sectors: str,
    countries: str,
) -> IatiSettings:
    """Return the settings of the texts of the variables, and append a sentence to `errors` for each invalid one."""
    if organisation and not _IDENTIFIER.fullmatch(organisation):
        errors.append(
            "IATI_ORGANISATION must be an identifier such as XX-YYY-123, without spaces and without / & | ?, "
            f"not {organisation!r}."
        )
    if organisation_type not in ORGANISATION_TYPES:
        errors.append(
            f"IATI_ORGANISATION_TYPE must be one of {', '.join(ORGANISATION_TYPES)}, not {organisation_type!r}."
        )
    return IatiSettings(
        organisation=organisation,
        name=name,
        organisation_type=organisation_type,
        partners=_read_partners(partners, errors),
        sectors=_read_shares("IATI_SECTORS", sectors, r"\d{5}", "31182", errors),
        countries=_read_shares("IATI_COUNTRIES", countries, r"[A-Z]{2}", "KH", errors),
    )


def _read_partners(text: str, errors: list[str]) -> tuple[Partner, ...]:
    """Read `role type identifier name` of each partner, with `;` between partners and `-` for no identifier."""
    partners = []
    for entry in filter(None, map(str.strip, text.split(";"))):
        match = _PARTNER.fullmatch(entry)
        identifier = match["identifier"] if match else ""
        if (
            match is None
            or match["role"] not in ROLES
            or match["type"] not in ORGANISATION_TYPES
            or (identifier != "-" and not _IDENTIFIER.fullmatch(identifier))
        ):
            errors.append(
                f"IATI_PARTNERS has {entry!r}. Write each partner as role, type, identifier or - and name, such as "
                f"'funding 40 - Name of the bank', with ; between partners. Roles: {', '.join(ROLES)}. "
                f"Types: {', '.join(ORGANISATION_TYPES)}."
            )
            continue
        partners.append(Partner(ROLES[match["role"]], match["type"], identifier.strip("-"), match["name"]))
    return tuple(partners)


def _read_shares(name: str, text: str, pattern: str, example: str, errors: list[str]) -> tuple[Share, ...]:
    """Read words such as `31182=40 31166=60`; a single code needs no percentage."""
    words = text.split()
    if len(words) == 1 and "=" not in words[0]:
        words = [f"{words[0]}=100"]
    matches = [re.fullmatch(rf"({pattern})=(\d+(?:\.\d+)?)", word) for word in words]
    shares = tuple(Share(match[1], Decimal(match[2])) for match in matches if match)
    has_all = len({share.code for share in shares if share.percentage}) == len(words)
    if not words or (has_all and sum(share.percentage for share in shares) == _WHOLE):
        return shares
    errors.append(
        f"{name} must be one code such as {example}, or different codes with percentages that add up to 100, such as "
        f"{example}=100, with spaces between them."
    )
    return ()
