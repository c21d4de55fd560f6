"""Words for accounts and for what people did: roles, and the acts of the audit trail."""

from collections.abc import Mapping

from etl.indicators.vocabulary import Role
from etl.locale import N_, Locale
from etl.locale.translations import read_catalogue

ROLE_LABELS: Mapping[Role, str] = {
    Role.OFFICER: N_("M&E officer"),
    Role.MANAGER: N_("manager"),
    Role.ADMINISTRATOR: N_("administrator"),
}

AUDIT_ACTIONS = (
    N_("activate user"),
    N_("add user"),
    N_("change user"),
    N_("deactivate user"),
    N_("evidence attached"),
    N_("evidence removed"),
    N_("export"),
    N_("edition published"),
    N_("taken out of edition"),
    N_("long work done"),
    N_("office choice"),
    N_("one-time link"),
    N_("password set"),
    N_("plan changed"),
    N_("plan loaded"),
    N_("quarter locked"),
    N_("quarter unlocked"),
    N_("remark written"),
    N_("return decided"),
    N_("return loaded and approved"),
    N_("return submitted"),
    N_("return uploaded"),
    N_("sign in"),
    N_("sign in refused"),
    N_("sign out"),
    N_("sign out everywhere"),
    N_("target changed"),
)
"""Acts as the trail keeps them, in English; pages say them in their language."""


def describe_role(role: Role, locale: Locale) -> str:
    """The role's name."""
    return locale.gettext(ROLE_LABELS[role])


def describe_action(action: str, locale: Locale) -> str:
    """The act's name; one without a translation as it is kept."""
    return read_catalogue(locale.language).texts.get(action, action)
