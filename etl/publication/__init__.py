"""Public pages of editions and the printed meeting pack, rendered from templates."""
