"""The quarterly return as a workbook: the form that goes out, the gate and the parser for what comes back."""
