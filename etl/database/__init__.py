"""The only place with SQL: tables, connections, migrations, and what is read and written."""
