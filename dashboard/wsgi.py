"""The server that gunicorn loads: `gunicorn dashboard.wsgi:server`."""

import sys

from dashboard.app import create_app, tune_garbage_collection
from etl.queries.data_source import open_data_source
from etl.settings import read_settings
from etl.use_cases.accounts.one_time_links import make_first_link, make_link_path
from etl.use_cases.accounts.users import has_sample_accounts

_settings = read_settings()
_source = open_data_source(_settings.database_url)
if _settings.public_only:
    # It may read editions only: no schema to bring up to date, no accounts to look for.
    _settings.check_server(has_sample_accounts=False)
else:
    _source.ensure_schema()
    _settings.check_server(has_sample_accounts=has_sample_accounts(_source.engine))

server = create_app(_settings, _source).server
tune_garbage_collection()

if not _settings.public_only and (_token := make_first_link(_source.engine, now=_settings.now())):
    # To whoever can read the server's own output, and to nobody who only opens its pages.
    print(
        "There is no administrator yet. Make the first one's account within 24 hours, by this link that works once:\n"
        f"  {_settings.address}{make_link_path(_token)}",
        file=sys.stderr,
        flush=True,
    )
