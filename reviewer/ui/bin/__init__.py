"""Deleting in the window: what is deleted, brought back and erased, and until when suites are kept."""
