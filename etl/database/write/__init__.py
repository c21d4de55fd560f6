"""Write queries: each function makes one change in the caller's transaction and doesn't commit."""
