"""Who may open what: permissions, the registry, the request gate, sessions and response headers."""
