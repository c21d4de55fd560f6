"""Who publishes the editions: the organisation, its licence, its contact, and what its IATI files say of it."""

from dataclasses import dataclass

from etl.publisher.iati import NO_SETTINGS, IatiSettings

LICENCES = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
    "ODC-By-1.0": "https://opendatacommons.org/licenses/by/1-0/",
    "PDDL-1.0": "https://opendatacommons.org/licenses/pddl/1-0/",
}
"""The licences for data that `DATA_LICENCE` may name, by SPDX identifier, with the address of their text."""


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """What editions say of who publishes them. Blank where nothing is set."""

    address: str = ""
    """The public URL of the pages."""
    licence: str = ""
    contact: str = ""
    iati: IatiSettings = NO_SETTINGS
