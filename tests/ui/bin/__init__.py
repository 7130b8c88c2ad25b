"""Deleting in the window."""
