"""Writing: each function does one act inside the caller's transaction and commits nothing."""
