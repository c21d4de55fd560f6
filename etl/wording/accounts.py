"""Words for accounts and for what people did: roles, and the acts of the audit trail."""

from collections.abc import Mapping

from etl.indicators.vocabulary import Role
from etl.locale.translations import read_catalogue, speak, to_say

ROLES: Mapping[Role, str] = {
    Role.OFFICER: to_say("M&E officer"),
    Role.MANAGER: to_say("manager"),
    Role.ADMINISTRATOR: to_say("administrator"),
}

ACTS = (
    to_say("activate user"),
    to_say("add user"),
    to_say("change user"),
    to_say("deactivate user"),
    to_say("evidence attached"),
    to_say("evidence removed"),
    to_say("export"),
    to_say("edition published"),
    to_say("taken out of edition"),
    to_say("long work done"),
    to_say("office choice"),
    to_say("one-time link"),
    to_say("password set"),
    to_say("plan changed"),
    to_say("plan loaded"),
    to_say("quarter locked"),
    to_say("quarter unlocked"),
    to_say("remark written"),
    to_say("return decided"),
    to_say("return loaded and approved"),
    to_say("return submitted"),
    to_say("return uploaded"),
    to_say("sign in"),
    to_say("sign in refused"),
    to_say("sign out"),
    to_say("sign out everywhere"),
    to_say("target changed"),
)
"""Acts as the trail keeps them, in English; pages say them in their language."""


def role_words(role: Role, language: str) -> str:
    """The role's name."""
    return speak(language)(ROLES[role])


def act_words(act: str, language: str) -> str:
    """The act's name; one without a translation as it is kept."""
    return read_catalogue(language).get(act, act)
