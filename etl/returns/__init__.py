"""Quarterly returns as workbooks: forms, the gate for uploaded files, the parser, checks and findings."""
