"""The workspace: one SQLite file. The only layer that knows SQL; facts go in and out as core types."""
