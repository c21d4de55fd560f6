"""Access control: permissions, the registry, the request gate, sessions and response headers."""
