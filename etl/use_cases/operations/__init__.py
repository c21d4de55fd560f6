"""Maintenance of a running system."""
