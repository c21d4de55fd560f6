"""From a workbook to an answerable question: everything but the screen."""
