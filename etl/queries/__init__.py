"""Questions that people ask of the database: each reads, computes with the core and returns results."""
