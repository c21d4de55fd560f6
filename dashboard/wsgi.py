"""The server that gunicorn loads: `gunicorn dashboard.wsgi:server`."""

import sys

from flask import Flask

from dashboard.app import create_app, tune_garbage_collection
from etl.errors import CardecError
from etl.logs import configure_json_logs
from etl.queries.data_source import DataSource, open_data_source, retry_while_unreachable
from etl.settings import Settings, read_settings
from etl.use_cases.accounts.one_time_links import make_first_link, make_link_path
from etl.use_cases.accounts.users import has_sample_accounts

_BOOT_ERROR = 3
"""The exit code by which gunicorn knows that a worker can't start, and stops."""
_DATABASE_WAIT_SECONDS = 30
"""How long a starting process waits for a database that does not answer: after a crash of PostgreSQL it would else stop
the whole server."""


def _create_server() -> Flask:
    settings = read_settings()
    if settings.log_json:
        configure_json_logs()
    source = open_data_source(settings.database_url, notices_silence=True)
    if settings.public_only:
        # It may read editions only: its user sees neither the schema's version nor accounts.
        settings.check_server(has_sample_accounts=False)
    else:
        retry_while_unreachable(source.ensure_schema, seconds=_DATABASE_WAIT_SECONDS)
        with_sample = retry_while_unreachable(
            lambda: has_sample_accounts(source.engine), seconds=_DATABASE_WAIT_SECONDS
        )
        settings.check_server(has_sample_accounts=with_sample)
    flask_server: Flask = create_app(settings, source).server
    tune_garbage_collection()
    if not settings.public_only:
        retry_while_unreachable(lambda: _print_first_link(settings, source), seconds=_DATABASE_WAIT_SECONDS)
    return flask_server


def _print_first_link(settings: Settings, source: DataSource) -> None:
    """Print the link of the first administrator to whoever can read the server's output, and to nobody else."""
    if token := make_first_link(source.engine, now=settings.now()):
        print(
            "There is no administrator yet. Make the first one's account within 24 hours, by this link that works "
            f"once:\n  {settings.address}{make_link_path(token)}",
            file=sys.stderr,
            flush=True,
        )


try:
    server = _create_server()
except CardecError as error:
    print(f"The server does not start: {error}", file=sys.stderr, flush=True)
    sys.exit(_BOOT_ERROR)
