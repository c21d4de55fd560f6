"""The server that gunicorn loads: `gunicorn dashboard.wsgi:server`."""

from dashboard.app import create_app
from etl.manage_users import has_sample_accounts
from etl.questions.source import open_source
from etl.settings import read_settings

_settings = read_settings()
_source = open_source(_settings.database_url)
_source.prepare()
_settings.check_server(has_sample_accounts=has_sample_accounts(_source.engine))

server = create_app(_settings, _source).server
