"""Schema migrations, run by `etl.database.connection.migrate`. They only upgrade."""
