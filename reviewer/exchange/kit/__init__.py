"""What formats are made of: sources, records, tables, checks."""
