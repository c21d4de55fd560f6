"""Who acts: the account behind a name, and what it may do with the returns of a site."""

from sqlalchemy import Connection

from etl.database.read.returns import find_return
from etl.database.read.users import find_user
from etl.database.records import StoredReturn, User
from etl.errors import TranslatableError
from etl.locale import N_


class NotAllowedError(TranslatableError):
    """This person may not do this; the sentence says what they may not."""


def get_active_user(connection: Connection, username: str) -> User:
    """The active account of that name; NotAllowedError without one."""
    user = find_user(connection, username)
    if user is None or not user.active:
        raise NotAllowedError(N_("There is no active account named {who}."), who=username)
    return user


def check_can_submit(user: User, site: str) -> None:
    """NotAllowedError for who may not send returns for the site."""
    if not user.can_access_site(site):
        raise NotAllowedError(N_("{who} may not send returns for {site}."), who=user.name, site=site)


def get_return_for(connection: Connection, return_id: int, user: User) -> StoredReturn:
    """The return, for who may open it. NotAllowedError alike for no return and another's."""
    found = find_return(connection, return_id)
    if found is None or not user.can_access_site(found.site):
        raise NotAllowedError(N_("There is no return {number}, or it is not open to you."), number=return_id)
    return found
