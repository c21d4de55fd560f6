"""Settings of the web server, each with its reason: `gunicorn dashboard.wsgi:server -c deploy/gunicorn.conf.py`."""

import os
import shutil
from pathlib import Path

# Loopback unless HOST says otherwise: nginx or Caddy stands before it, with TLS and the buffering of slow clients.
bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8050'}"

# Threads share one copy of the plan and of cached pages; a second process uses the second core.
# More processes than cores only take memory (about 250 MB each).
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 8

# A request that takes longer is stuck. Loading a national plan takes the longest, under a minute.
timeout = 120
# Open requests finish before a restart; systemd waits a little longer (TimeoutStopSec).
graceful_timeout = 30
# Longer than nginx keeps idle connections (60 s), so that nginx never sends a request into one that closes.
keepalive = 65

# A new process now and then, in case a library leaks memory; not all at the same time.
max_requests = 20_000
max_requests_jitter = 4_000

# No address or header of this system is longer. Bodies are limited by each route before they are read.
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
# Connections that wait beyond this are refused, and the proxy answers 502 at once instead of after a minute.
backlog = 256

# The process's sign of life is a file: in memory, so that a full or slow disk doesn't kill working processes.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

# No socket for remote control: nobody uses it, and two servers of one user would share its path.
control_socket_disable = True

# Database connections must not be shared by processes, so each loads the app by itself.
preload_app = False

# The app logs each request with its id (LOG_JSON); gunicorn's own lines go to the same place.
accesslog = None
errorlog = "-"
loglevel = "info"

_METRICS_FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")


def on_starting(_server: object) -> None:
    """Empty the folder of metrics: counters start anew with the server."""
    if _METRICS_FOLDER:
        shutil.rmtree(_METRICS_FOLDER, ignore_errors=True)
        Path(_METRICS_FOLDER).mkdir(parents=True, exist_ok=True)


def child_exit(_server: object, worker: "object") -> None:
    """Keep the counters of a process that ended, and drop what only held while it lived."""
    if _METRICS_FOLDER:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[attr-defined]
