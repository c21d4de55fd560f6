"""Figures on their way out: as rows, CSV, Excel and the formats that others read."""
