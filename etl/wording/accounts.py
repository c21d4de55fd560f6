"""Texts for accounts and the audit log: roles and actions."""

from collections.abc import Mapping

from etl.indicators.vocabulary import Role
from etl.locale import N_, Locale

ROLE_LABELS: Mapping[Role, str] = {
    Role.OFFICER: N_("M&E officer"),
    Role.MANAGER: N_("manager"),
    Role.ADMINISTRATOR: N_("administrator"),
}

AUDIT_ACTION_LABELS: Mapping[str, str] = {
    "API token created": N_("API token created"),
    "API token refused": N_("API tokens refused"),
    "API token revoked": N_("API token revoked"),
    "API token used": N_("API token used"),
    "activate user": N_("account reopened"),
    "add user": N_("account added"),
    "address removed": N_("address for messages removed"),
    "address saved": N_("address for messages saved"),
    "backup": N_("backup made"),
    "backup restored": N_("backup restored"),
    "change user": N_("account changed"),
    "database moved": N_("database moved"),
    "deactivate user": N_("account closed"),
    "evidence attached": N_("evidence attached"),
    "evidence removed": N_("evidence removed"),
    "export": N_("data exported"),
    "field data read": N_("field data read"),
    "file downloaded": N_("file downloaded"),
    "edition published": N_("edition published"),
    "taken out of edition": N_("figures removed from edition"),
    "long work done": N_("background job finished"),
    "message not sent": N_("message not sent"),
    "message queued again": N_("message queued again"),
    "message sent": N_("message sent"),
    "office choice": N_("setting changed"),
    "layout deleted": N_("layout deleted"),
    "layout renamed": N_("layout renamed"),
    "layout saved": N_("layout saved"),
    "one-time link": N_("one-time link created"),
    "password set": N_("password set"),
    "plan changed": N_("plan changed"),
    "plan loaded": N_("plan loaded"),
    "quarter locked": N_("quarter locked"),
    "quarter unlocked": N_("quarter unlocked"),
    "remark written": N_("remark written"),
    "return decided": N_("return reviewed"),
    "return loaded and approved": N_("return loaded and approved"),
    "return submitted": N_("return submitted"),
    "return typed": N_("return typed on the page"),
    "return uploaded": N_("return uploaded"),
    "sample finished": N_("sample data created"),
    "sign in": N_("signed in"),
    "sign in refused": N_("sign-in refused"),
    "sign out": N_("signed out"),
    "sign out everywhere": N_("signed out everywhere"),
    "target changed": N_("target changed"),
}
"""What happened, by the action as the audit log stores it."""


def describe_role(role: Role, locale: Locale) -> str:
    """Return the name of the role."""
    return locale.gettext(ROLE_LABELS[role])


def describe_action(action: str, locale: Locale) -> str:
    """Return what happened; the stored action if it has no label."""
    return locale.gettext(AUDIT_ACTION_LABELS.get(action, action))
