"""Who acts: the account behind a name, and what it may do with the returns of a site."""

from sqlalchemy import Connection

from etl.database.read.returns import find_return
from etl.database.read.users import find_user
from etl.database.records import StoredReturn, User
from etl.errors import SaidError
from etl.locale.translations import to_say


class NotAllowedError(SaidError):
    """This person may not do this; the sentence says what they may not."""


def get_person(connection: Connection, who: str) -> User:
    """The active account of that name; NotAllowedError without one."""
    user = find_user(connection, who)
    if user is None or not user.active:
        raise NotAllowedError(to_say("There is no active account named {who}."), who=who)
    return user


def check_may_send(user: User, site: str) -> None:
    """NotAllowedError for who may not send returns for the site."""
    if not user.may_open(site):
        raise NotAllowedError(to_say("{who} may not send returns for {site}."), who=user.name, site=site)


def get_return_for(connection: Connection, number: int, user: User) -> StoredReturn:
    """The return, for who may open it. NotAllowedError alike for no return and another's."""
    found = find_return(connection, number)
    if found is None or not user.may_open(found.site):
        raise NotAllowedError(to_say("There is no return {number}, or it is not open to you."), number=number)
    return found
