"""What operators see: a log line and metrics of every request, `/ready` and `/metrics`."""

import hashlib
import hmac
import json
import logging
import re
import secrets
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flask import Flask, Request, Response, g, has_request_context, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from dashboard.access.context import AppContext
from dashboard.selection import split_language
from etl.jobs.queue import get_utc_now
from etl.logs import log_context
from etl.settings import LOOPBACK_HOSTS
from etl.use_cases.operations.readiness import Readiness, check_readiness

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

READY_PATH, METRICS_PATH = "/ready", "/metrics"
OPERATIONS_PATHS = (READY_PATH, METRICS_PATH)
REQUEST_ID_HEADER = "X-Request-ID"

_log = logging.getLogger("cardec.requests")
_REQUEST_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_FORWARDING_HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
_SECRET_PARAMETERS = ("token",)


class Metrics:
    """The metrics of one app. With several processes they are added up in the folder of PROMETHEUS_MULTIPROC_DIR."""

    def __init__(self, context: AppContext) -> None:
        self.context = context
        self.own_registry = CollectorRegistry()
        self.requests = Counter(
            "cardec_requests", "Answered requests", ("route", "method", "status"), registry=self.own_registry
        )
        self.seconds = Histogram(
            "cardec_request_seconds",
            "Time to answer a request",
            ("route",),
            registry=self.own_registry,
            buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
        )

    def count(self, rule: str, method: str, status: int, seconds: float) -> None:
        """Count an answered request. `rule` is that of its address, blank for an unknown address."""
        route = split_language(rule)[1] if rule else "unknown"
        self.requests.labels(route, method, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def render(self) -> bytes:
        registry = self.own_registry
        if self.context.settings.metrics_folder:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, path=self.context.settings.metrics_folder)  # type: ignore[no-untyped-call]
        state = CollectorRegistry()
        state.register(ReadinessCollector(_check(self.context)))
        return generate_latest(registry) + generate_latest(state)


class ReadinessCollector(Collector):
    """The state of the server as metrics."""

    def __init__(self, readiness: Readiness) -> None:
        self.readiness = readiness

    def collect(self) -> Iterator[GaugeMetricFamily]:
        readiness = self.readiness
        values = {
            "cardec_ready": ("1 if the server can do its work", float(readiness.is_ready)),
            "cardec_database_up": ("1 if the database answers", float(readiness.database)),
            "cardec_disk_free_bytes": ("Free space of the fuller disk", float(readiness.free_bytes)),
            "cardec_worker_age_seconds": ("Time since a worker was seen", readiness.worker_age_seconds),
            "cardec_jobs_waiting": ("Jobs in the queue", readiness.waiting_jobs),
            "cardec_jobs_running": ("Jobs that run", readiness.running_jobs),
            "cardec_backup_age_seconds": ("Time since the last backup", readiness.backup_age_seconds),
        }
        for name, (documentation, value) in values.items():
            if value is not None:
                yield GaugeMetricFamily(name, documentation, value=value)


def install_operations(server: Flask, context: AppContext, metrics: Metrics) -> None:
    """Log and count every request, and answer `/ready` and `/metrics`. Install this before other response handlers."""
    server.add_url_rule(READY_PATH, "ready", lambda: _answer_ready(context))
    server.add_url_rule(METRICS_PATH, "metrics", lambda: Response(metrics.render(), mimetype="text/plain"))

    @server.after_request
    def finish_request(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("started_at", time.perf_counter())
        response.headers[REQUEST_ID_HEADER] = g.get("request_id", "")
        rule = request.url_rule.rule if request.url_rule is not None else ""
        metrics.count(rule, request.method, response.status_code, seconds)
        log_request(context, request.method, _get_path(), response.status_code, seconds)
        return response


def install_request_ids(server: Flask, context: AppContext) -> None:
    """Give every request its id before anything else runs, the gate included. Install this last."""
    server.before_request_funcs.setdefault(None, []).insert(0, lambda: _begin_request(context))


def may_see_operations(request: Request, context: AppContext) -> bool:
    """Return whether a request comes from this machine itself, not through a proxy, or carries the token."""
    token = context.settings.operations_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    is_forwarded = any(name in request.headers for name in _FORWARDING_HEADERS)
    return request.remote_addr in LOOPBACK_HOSTS and not is_forwarded


def _begin_request(context: AppContext) -> None:
    g.request_id = begin_request(context, request.environ)
    g.started_at = time.perf_counter()


def begin_request(context: AppContext, environ: "WSGIEnvironment") -> str:
    """Return the id of a request, that of a trusted proxy if it sent one, and add it to the log lines that follow."""
    sent_id = environ.get("HTTP_X_REQUEST_ID", "") if context.settings.proxies else ""
    request_id: str = sent_id if _REQUEST_ID.fullmatch(sent_id) else secrets.token_hex(8)
    log_context.set({"request": request_id})
    if not context.settings.proxies and not context.has_warned_of_proxy and "HTTP_X_FORWARDED_FOR" in environ:
        context.has_warned_of_proxy = True
        _log.warning(
            "A request came through a proxy, and PROXIES is 0: all visitors share the proxy's address and its limits. "
            "Set PROXIES to the number of proxies before this server."
        )
    return request_id


def log_request(context: AppContext, method: str, path: str, status: int, seconds: float) -> None:
    """Write the log line of an answered request. The user is that of the request, blank for anonymous visitors."""
    if not _log.isEnabledFor(logging.INFO) or not context.settings.log_json:
        return
    visitor = g.get("visitor") if has_request_context() else None
    fields = {
        "method": method,
        "path": path,
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
        "user": make_user_id(visitor.name, context) if visitor is not None and visitor.is_signed_in else "",
    }
    _log.info("request", extra={"fields": fields})


def make_user_id(name: str, context: AppContext) -> str:
    """Return the id of a user in logs: the same for each request, and no name."""
    return hmac.new(context.settings.secret_key.encode(), f"log\n{name}".encode(), hashlib.sha256).hexdigest()[:12]


def _get_rule() -> str:
    """Return the rule of the request's address without the language; blank for an unknown address."""
    return split_language(request.url_rule.rule)[1] if request.url_rule is not None else ""


def _get_path() -> str:
    """Return the path for the log, without one-time tokens."""
    arguments = request.view_args or {}
    return _get_rule() if any(name in arguments for name in _SECRET_PARAMETERS) else request.path


def _answer_ready(context: AppContext) -> Response:
    readiness = _check(context)
    body = {"ready": readiness.is_ready, **{name: getattr(readiness, name) for name in readiness.__dataclass_fields__}}
    return Response(json.dumps(body), 200 if readiness.is_ready else 503, mimetype="application/json")


def _check(context: AppContext) -> Readiness:
    return check_readiness(context.source.engine, context.settings, real_now=get_utc_now())
