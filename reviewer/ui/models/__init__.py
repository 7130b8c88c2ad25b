"""Item models over ids: SQL filters and sorts, visible rows are read when they are seen."""
