"""The pure core: what every figure means. Knows no file, no database and no web."""
