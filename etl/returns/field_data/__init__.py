"""Field data: which numbers of a return are counted from the submissions of a form."""
