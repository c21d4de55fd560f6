"""The quarterly form: drawing it, finding it in a workbook, and parsing what was filled in."""
