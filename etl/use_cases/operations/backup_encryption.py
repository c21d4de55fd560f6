"""Encrypt backups with GnuPG, which decrypts them without this program too: `gpg --decrypt FILE.zip.gpg`."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from etl.errors import CardecError

__all__ = ["ENCRYPTED_SUFFIX", "EncryptionError", "decrypt_file", "encrypt_file"]

ENCRYPTED_SUFFIX = ".gpg"
_WRONG_KEY = "{path} can't be decrypted: BACKUP_KEY is not its key, or the file is damaged."


class EncryptionError(CardecError):
    """The file can't be encrypted or decrypted; the message says why."""


def encrypt_file(source: Path, target: Path, key: str) -> None:
    """Encrypt a file with a key, with AES-256."""
    options = ["--symmetric", "--cipher-algo", "AES256", "--compress-algo", "none"]
    error = _run_gpg([*options, "--output", str(target), str(source)], key)
    if error:
        raise EncryptionError(f"The backup was not encrypted: {error}")


def decrypt_file(source: Path, target: Path, key: str) -> None:
    """Decrypt a file. EncryptionError without its key, and for a damaged file."""
    if not key:
        raise EncryptionError(f"{source} is encrypted. Write its key into BACKUP_KEY.")
    if _run_gpg(["--output", str(target), "--decrypt", str(source)], key):
        raise EncryptionError(_WRONG_KEY.format(path=source))


def _run_gpg(options: Sequence[str], key: str) -> str:
    """Run gpg with the key on its input, where other users don't see it. Return its last line if it failed."""
    program = shutil.which("gpg")
    if program is None:
        raise EncryptionError("BACKUP_KEY needs the program gpg. Install it (Debian: gnupg).")
    # Nothing of the user's own keys and settings takes part.
    with tempfile.TemporaryDirectory(prefix="cardec-gpg-") as home:
        command = [program, "--homedir", home, "--batch", "--yes", "--quiet", "--no-symkey-cache"]
        command += ["--pinentry-mode", "loopback", "--passphrase-fd", "0", *options]
        done = subprocess.run(command, input=f"{key}\n", capture_output=True, text=True, check=False)
        _stop_agent(home)
    if not done.returncode:
        return ""
    return (done.stderr.strip().splitlines() or [f"gpg ended with code {done.returncode}"])[-1]


def _stop_agent(home: str) -> None:
    """End the agent that gpg started for its folder."""
    program = shutil.which("gpgconf")
    if program is not None:
        subprocess.run([program, "--homedir", home, "--kill", "all"], capture_output=True, check=False)
