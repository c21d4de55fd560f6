"""Use cases: functions that check a permission and run in one transaction."""
