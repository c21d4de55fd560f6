"""Importing, uploading, reviewing and withdrawing returns; their forms, evidence and locks."""
