"""Whom readers of public pages can ask."""

from etl.locale import Locale


def describe_contact(contact: str, locale: Locale) -> str:
    """Return a sentence with the address of the setting CONTACT; without one, with the centre and its department."""
    _ = locale.gettext
    if contact:
        return _("Questions? Contact {address}.", address=contact)
    return _("Questions? Contact CARDEC at Bos Khnor or DALRM in Phnom Penh.")
