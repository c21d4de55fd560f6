"""What people do with the system: each use case checks the permission and runs in one transaction."""
