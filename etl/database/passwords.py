"""How passwords are kept: argon2 hashes, compared in the same time whether there is an account or not."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from etl.locale.translations import to_say

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 256
_FEWEST_CHARACTERS = 4

# OWASP's first choice for argon2id (19 MiB, two passes), which leaves memory for several sign-ins at once. The hash
# carries its cost, so older ones go on working when it is raised.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(password)


def is_right_password(stored: str | None, password: str) -> bool:
    """Whether it is the password; without a stored one no, after the same time."""
    try:
        _hasher.verify(stored or _nobodys_hash(), password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None and len(password) <= LONGEST_PASSWORD


def password_fault(password: str, name: str) -> tuple[str, dict[str, int]] | None:
    """Why it is unfit as a password of that account: an English text of the catalogue and its numbers; None if fit."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        limits = {"least": SHORTEST_PASSWORD, "most": LONGEST_PASSWORD}
        return to_say("A password has {least} to {most} characters."), limits
    if len(set(password)) < _FEWEST_CHARACTERS:
        return to_say("This password is the same few characters over and over; choose another."), {}
    if password.strip().casefold() == name.strip().casefold():
        return to_say("The password must not be the name."), {}
    return None


@cache
def _nobodys_hash() -> str:
    """A hash to compare with when there is none, so that it takes as long."""
    return _hasher.hash(secrets.token_urlsafe(32))
