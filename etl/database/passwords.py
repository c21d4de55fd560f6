"""How passwords are kept: argon2 hashes, compared in the same time whether there is an account or not."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from etl.locale import N_

MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH = 10, 256
_FEWEST_CHARACTERS = 4

# OWASP's first choice for argon2id (19 MiB, two passes), which leaves memory for several sign-ins at once. The hash
# carries its cost, so older ones go on working when it is raised.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(password)


def verify_password(stored_hash: str | None, password: str) -> bool:
    """Whether it is the password; without a stored one no, after the same time."""
    try:
        _hasher.verify(stored_hash or _nobodys_hash(), password[:MAX_PASSWORD_LENGTH])
    except (VerificationError, InvalidHashError):
        return False
    return stored_hash is not None and len(password) <= MAX_PASSWORD_LENGTH


def find_password_problem(password: str, username: str) -> tuple[str, dict[str, int]] | None:
    """Why it is unfit as a password of that account: an English text of the catalogue and its numbers; None if fit."""
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        limits = {"least": MIN_PASSWORD_LENGTH, "most": MAX_PASSWORD_LENGTH}
        return N_("A password has {least} to {most} characters."), limits
    if len(set(password)) < _FEWEST_CHARACTERS:
        return N_("This password is the same few characters over and over; choose another."), {}
    if password.strip().casefold() == username.strip().casefold():
        return N_("The password must not be the name."), {}
    return None


@cache
def _nobodys_hash() -> str:
    """A hash to compare with when there is none, so that it takes as long."""
    return _hasher.hash(secrets.token_urlsafe(32))
