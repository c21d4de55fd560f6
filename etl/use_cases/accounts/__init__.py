"""Signing in, accounts, passwords and one-time links."""
