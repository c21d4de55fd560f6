"""Public pages and files, which need no scripts and reach nothing that writes."""
