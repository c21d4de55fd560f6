"""The steps from one schema to the next, run by `etl.database.connection.migrate`. They only go forward."""
