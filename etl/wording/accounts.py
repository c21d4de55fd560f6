"""Texts for accounts and the audit log: roles and actions."""

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
"""The actions as the audit log stores them, in English. Pages translate them."""


def describe_role(role: Role, locale: Locale) -> str:
    """Return the name of the role."""
    return locale.gettext(ROLE_LABELS[role])


def describe_action(action: str, locale: Locale) -> str:
    """Return the translated action; unchanged if it has no translation."""
    return read_catalogue(locale.language).texts.get(action, action)
