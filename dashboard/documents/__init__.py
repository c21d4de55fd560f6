"""Pages that the server renders as HTML documents: they work without scripts."""
