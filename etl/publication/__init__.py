"""Pages as files: an edition's and the meeting pack, with drawings that need no script."""
