"""The quarterly form: building it, finding it in a workbook and parsing its entries."""
