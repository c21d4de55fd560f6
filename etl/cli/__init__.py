"""The command line: `python -m etl COMMAND`, one module for each family of commands."""
