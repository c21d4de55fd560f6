"""Hash and verify passwords with argon2, in constant time whether or not the account exists."""

import re
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from etl.locale import N_

MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH = 10, 256
_FEWEST_CHARACTERS = 4
_COMMON_WORDS = frozenset(
    [
        "password",
        "passwort",
        "passw",
        "passwordpassword",
        "mypassword",
        "qwerty",
        "qwertyui",
        "qwertyuiop",
        "asdfgh",
        "asdfghjkl",
        "zxcvbn",
        "zxcvbnm",
        "admin",
        "administrator",
        "root",
        "login",
        "user",
        "username",
        "guest",
        "test",
        "testing",
        "welcome",
        "hello",
        "letmein",
        "iloveyou",
        "sunshine",
        "princess",
        "dragon",
        "monkey",
        "football",
        "baseball",
        "superman",
        "master",
        "shadow",
        "secret",
        "changeme",
        "default",
        "abc",
        "abcd",
        "abcdef",
        "abcdefgh",
        "abcdefghij",
        "computer",
        "whatever",
        "trustno",
        "cambodia",
        "kampuchea",
        "khmer",
        "phnompenh",
        "angkor",
        "angkorwat",
        "siemreap",
        "battambang",
        "cardec",
        "manager",
        "officer",
        "dashboard",
        "indicator",
    ]
)
"""What the most common passwords consist of besides digits and signs, in lower case."""
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
_DIGITS_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_SIGNS_AROUND = re.compile(r"^\W+|\W+$")
_SEQUENCES = ("01234567890123456789", "98765432109876543210", "qwertyuiopqwertyuiop", "abcdefghijklmnopqrstuvwxyz")

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's first choice for argon2id (19 MiB, two passes), which leaves memory for several sign-ins at once.

A hash contains its cost parameters, so older hashes still verify when they are raised.
"""


def hash_password(password: str) -> str:
    """Hash a password for storage."""
    return HASHER.hash(password)


def verify_password(stored_hash: str | None, password: str) -> bool:
    """Return whether the password matches the hash; without a hash, return False after the same time."""
    try:
        HASHER.verify(stored_hash or _make_dummy_hash(), password[:MAX_PASSWORD_LENGTH])
    except (VerificationError, InvalidHashError):
        return False
    return stored_hash is not None and len(password) <= MAX_PASSWORD_LENGTH


def find_password_problem(password: str, username: str) -> tuple[str, dict[str, int]] | None:
    """Return a translatable message and its parameters if the password is not acceptable for that user, else None."""
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        limits = {"min": MIN_PASSWORD_LENGTH, "max": MAX_PASSWORD_LENGTH}
        return N_("Enter a password of {min} to {max} characters."), limits
    if len(set(password)) < _FEWEST_CHARACTERS:
        return N_("This password repeats the same few characters. Choose another one."), {}
    if _is_common(password):
        return N_("This password is too common. Choose another one, such as three unrelated words."), {}
    if password.strip().casefold() == username.strip().casefold():
        return N_("The password must not be the username."), {}
    return None


def _is_common(password: str) -> bool:
    """Return whether a password is a common word, sequence or date with digits or signs around it: `P@ssword2026!`."""
    folded = "".join(password.casefold().split())
    core = _DIGITS_AROUND.sub("", folded)
    cores = {core, core.translate(_LOOKALIKES), _SIGNS_AROUND.sub("", folded).translate(_LOOKALIKES), folded}
    letters = "".join(letter for letter in folded if letter.isalnum())
    is_sequence = any(letters in sequence for sequence in _SEQUENCES)
    return not core or is_sequence or not cores.isdisjoint(_COMMON_WORDS)


@cache
def _make_dummy_hash() -> str:
    """Return a dummy hash, so that verifying takes as long for an unknown user."""
    return HASHER.hash(secrets.token_urlsafe(32))
