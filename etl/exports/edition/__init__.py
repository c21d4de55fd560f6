"""The downloads of an edition, rendered from its stored figures only."""
