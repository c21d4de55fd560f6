"""Loading a version of the strategic plan."""
