"""Visitors, roles and their permissions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from flask import g, has_app_context

from etl.errors import CardecError
from etl.indicators.vocabulary import Role


class Permission(StrEnum):
    """The permission that a page, route or callback requires; each role has a set of them."""

    PUBLIC = "public"
    STAFF = "staff"
    """Anyone signed in."""
    MANAGE = "manage"
    ADMINISTER = "administer"


PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.OFFICER: frozenset({Permission.PUBLIC, Permission.STAFF}),
    Role.MANAGER: frozenset({Permission.PUBLIC, Permission.STAFF, Permission.MANAGE}),
    Role.ADMINISTRATOR: frozenset(Permission),
}


class PermissionDeniedError(CardecError):
    """The visitor may not do this."""


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """The person behind a request. An anonymous visitor has no role and only the public permission."""

    name: str = ""
    display_name: str = ""
    role: Role | None = None
    sites: frozenset[str] | None = frozenset()
    """The sites that an officer uploads returns for; None means all sites."""

    @property
    def is_signed_in(self) -> bool:
        return self.role is not None

    def has_permission(self, permission: Permission) -> bool:
        return permission in (PERMISSIONS[self.role] if self.role else {Permission.PUBLIC})

    def can_access_site(self, site: str) -> bool:
        """Whether the visitor may upload, open and download the site's returns, drafts and evidence."""
        is_own_site = self.sites is None or site in self.sites
        return self.role is not None and (self.role is not Role.OFFICER or is_own_site)


ANONYMOUS = Visitor()


def get_visitor() -> Visitor:
    """Return the visitor that the gate identified; the anonymous one outside of a request."""
    visitor = g.get("visitor", ANONYMOUS) if has_app_context() else ANONYMOUS
    return visitor if isinstance(visitor, Visitor) else ANONYMOUS


def require_permission(view: Callable[..., Any], permission: Permission) -> Callable[..., Any]:
    """Wrap a view or callback so that it raises PermissionDeniedError for visitors without the permission."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if not get_visitor().has_permission(permission):
            raise PermissionDeniedError("You don't have permission to do this.")
        return view(*args, **kwargs)

    return wrapper
