"""Save, rename and delete the layouts that people describe on a page. The audit log keeps what was there before."""

import re
from datetime import datetime

from etl.database.authorization import get_active_user
from etl.database.connection import Connection, Engine, writing
from etl.database.read.confirmations import find_office_setting
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.database.write.confirmations import delete_office_setting, save_office_setting
from etl.errors import TranslatableError
from etl.indicators.vocabulary import Role
from etl.locale import N_
from etl.queries.saved_layouts import SAVED_LAYOUT
from etl.returns.layouts.layout import Layout, format_layout, list_layout_names

_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")


class SavedLayoutError(TranslatableError):
    """The layout can't be saved, renamed or deleted; the message says why."""


def save_layout(engine: Engine, layout: Layout, *, actor: str, now: datetime) -> None:
    """Save a layout under its name, in place of an older one. Raises SavedLayoutError for a bad name."""
    _check_name(layout.name)
    text = format_layout(layout)
    with writing(engine) as connection:
        _check_role(connection, actor)
        old = find_office_setting(connection, SAVED_LAYOUT + layout.name) or ""
        save_office_setting(connection, name=SAVED_LAYOUT + layout.name, value=text, actor=actor, when=now)
        event = AuditEvent(at=now, actor=actor, action="layout saved", subject=layout.name, old=old, new=text)
        write_audit_event(connection, event)


def rename_layout(engine: Engine, name: str, new_name: str, *, actor: str, now: datetime) -> None:
    """Rename a saved layout. Raises SavedLayoutError for a bad name and for one that another layout has."""
    _check_name(new_name)
    with writing(engine) as connection:
        _check_role(connection, actor)
        text = _get_text(connection, name)
        if new_name == name:
            return
        if find_office_setting(connection, SAVED_LAYOUT + new_name) is not None:
            raise SavedLayoutError(N_("There is a layout {name} already. Choose another name."), name=new_name)
        delete_office_setting(connection, SAVED_LAYOUT + name)
        save_office_setting(connection, name=SAVED_LAYOUT + new_name, value=text, actor=actor, when=now)
        event = AuditEvent(at=now, actor=actor, action="layout renamed", subject=name, old=name, new=new_name)
        write_audit_event(connection, event)


def delete_layout(engine: Engine, name: str, *, actor: str, now: datetime) -> None:
    """Delete a saved layout. Returns that were read with it stay. Raises SavedLayoutError if there is none."""
    with writing(engine) as connection:
        _check_role(connection, actor)
        text = _get_text(connection, name)
        delete_office_setting(connection, SAVED_LAYOUT + name)
        event = AuditEvent(at=now, actor=actor, action="layout deleted", subject=name, old=text)
        write_audit_event(connection, event)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or name in list_layout_names():
        raise SavedLayoutError(N_("Name the layout with small Latin letters, digits and hyphens, such as partner-a."))


def _check_role(connection: Connection, actor: str) -> None:
    if get_active_user(connection, actor).role not in (Role.MANAGER, Role.ADMINISTRATOR):
        raise SavedLayoutError(N_("{who} cannot save layouts. Ask a manager."), who=actor)


def _get_text(connection: Connection, name: str) -> str:
    text = find_office_setting(connection, SAVED_LAYOUT + name)
    if text is None:
        raise SavedLayoutError(N_("There is no layout {name} any more: somebody renamed or deleted it."), name=name)
    return text
