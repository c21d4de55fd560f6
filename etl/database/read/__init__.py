"""Read queries: each function takes a connection and returns frozen dataclasses, never rows."""
