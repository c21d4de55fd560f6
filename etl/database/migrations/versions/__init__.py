"""One module per step, in the order of its number. A step that has been released is never edited."""
