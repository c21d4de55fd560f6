"""Builders, fixtures and servers that several test modules share."""
