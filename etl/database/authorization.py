"""Look up the acting user and check their access to the returns of a site."""

from sqlalchemy import Connection

from etl.database.read.returns import find_return
from etl.database.read.users import find_user
from etl.database.records import StoredReturn, User
from etl.errors import TranslatableError
from etl.indicators.vocabulary import Role
from etl.locale import N_


class NotAllowedError(TranslatableError):
    """The user is not allowed to do this; the message says what."""


def get_active_user(connection: Connection, username: str) -> User:
    """Return the active user of that name; raise NotAllowedError if there is none."""
    user = find_user(connection, username)
    if user is None or not user.active:
        raise NotAllowedError(N_("There is no active account named {username}."), username=username)
    return user


COMMAND_LINE = "command line"
"""The actor of commands that are run without `--as`. No account may have this name."""


def check_administers(connection: Connection, actor: str) -> None:
    """Raise NotAllowedError unless the actor is an active administrator, or the command line itself."""
    if actor != COMMAND_LINE and get_active_user(connection, actor).role is not Role.ADMINISTRATOR:
        raise NotAllowedError(N_("{username} cannot do this: only administrators can."), username=actor)


def check_can_submit(user: User, site: str) -> None:
    """Raise NotAllowedError if the user may not submit returns for the site."""
    if not user.can_access_site(site):
        raise NotAllowedError(N_("{username} cannot upload returns for {site}."), username=user.name, site=site)


def get_return_for(connection: Connection, return_id: int, user: User) -> StoredReturn:
    """Return the return if the user has access to it.

    Raise the same NotAllowedError for a missing return and for another site's, so that ids can't be probed.
    """
    stored_return = find_return(connection, return_id)
    if stored_return is None or not user.can_access_site(stored_return.site):
        raise NotAllowedError(N_("There is no return {number}, or you do not have access to it."), number=return_id)
    return stored_return
