"""nginx with the shipped configuration on loopback, for tests and benchmarks of what stands before the web server."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.chromium import free_port, wait_for_server

CONFIGURATION = Path(__file__).resolve().parents[2] / "deploy" / "nginx" / "cardec.conf"
NGINX = shutil.which("nginx", path=os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin")))
needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
_MAIN = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 768; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


def make_shipped_site(port: int, upstream_ports: Sequence[int]) -> str:
    """Return the shipped configuration without TLS, at another port and with other web servers."""
    site = CONFIGURATION.read_text()
    (line,) = re.findall(r"^ *server 127\.0\.0\.1:8050(.*;)$", site, re.MULTILINE)
    servers = "\n".join(f"server 127.0.0.1:{upstream}{line}" for upstream in upstream_ports)
    site = re.sub(r"^ *server 127\.0\.0\.1:8050.*;$", servers, site, flags=re.MULTILINE)
    site = re.sub(r"^server \{\n    listen 80;.*?^\}\n", "", site, flags=re.MULTILINE | re.DOTALL)
    site = re.sub(r"^ *ssl_.*\n", "", site, flags=re.MULTILINE)
    return site.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")


@contextmanager
def run_nginx(folder: Path, upstream_ports: Sequence[int]) -> Iterator[str]:
    """Run nginx with the shipped configuration before web servers on loopback and yield its origin."""
    with run_nginx_with(folder, lambda port: make_shipped_site(port, upstream_ports)) as origin:
        yield origin


@contextmanager
def run_nginx_with(folder: Path, make_site: Callable[[int], str], *, base_path: str = "") -> Iterator[str]:
    """Run nginx with a configuration for a free port, in a new folder, and yield its origin without the base path."""
    folder.mkdir()
    port, log = free_port(), folder / "error.log"
    # As root nginx would serve as another user, who can't open the folder of a test.
    user = "user root;" if os.geteuid() == 0 else ""
    path = folder / "nginx.conf"
    path.write_text(_MAIN.format(folder=folder, user=user, site=make_site(port)))
    assert NGINX is not None
    with subprocess.Popen([NGINX, "-e", str(log), "-p", str(folder), "-c", str(path)]) as process:
        try:
            origin = f"http://127.0.0.1:{port}"
            wait_for_server(f"{origin}{base_path}/health", process, log)
            yield origin
        finally:
            process.terminate()
