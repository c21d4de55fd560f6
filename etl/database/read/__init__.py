"""Reading: each function takes a connection and returns frozen values, never rows."""
