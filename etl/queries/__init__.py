"""Queries: read the database, compute with the core and return results."""
