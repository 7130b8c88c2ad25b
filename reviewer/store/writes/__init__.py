"""Writes: keyword-only functions, one transaction each, that return what changed."""
