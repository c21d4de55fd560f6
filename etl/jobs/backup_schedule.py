"""The backups that the worker makes by itself, when it has no job."""

import logging
import time

from etl.errors import CardecError
from etl.queries.data_source import DataSource
from etl.settings import Settings
from etl.use_cases.operations.scheduled_backup import back_up_to_folder, is_backup_due

_log = logging.getLogger(__name__)

_ACTOR = "worker"
_CHECK_SECONDS = 60.0
_RETRY_SECONDS = 600.0
"""After a backup that failed, such as on a full disk."""


class BackupSchedule:
    """Makes a backup when the last one is older than BACKUP_HOURS."""

    def __init__(self, source: DataSource, settings: Settings) -> None:
        self._source, self._settings = source, settings
        self._next_check = 0.0

    def run_if_due(self) -> None:
        """Make a backup if one is due. A failure is logged, and tried again after ten minutes."""
        if not self._settings.backup_hours or time.monotonic() < self._next_check:
            return
        self._next_check = time.monotonic() + _CHECK_SECONDS
        try:
            if is_backup_due(self._source.engine, self._settings):
                now = self._settings.now()
                result = back_up_to_folder(self._source.engine, self._settings, actor=_ACTOR, now=now)
                _log.info("backup made: %s", result.path)
        except (CardecError, OSError) as error:
            _log.warning("no backup made: %s", error)
            self._next_check = time.monotonic() + _RETRY_SECONDS
