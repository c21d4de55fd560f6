"""Layouts only: each module declares its pages in the registry."""
