"""Import existing spreadsheets: layouts describe which columns hold sites, periods, indicators and values."""
