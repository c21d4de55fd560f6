"""Publishing editions, meeting packs, remarks and exports of the audit log."""
