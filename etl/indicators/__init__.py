"""Indicator arithmetic: figures, ratings and small-count suppression. Standard library only."""
