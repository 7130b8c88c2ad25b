"""Bombs and mutated files: whatever a file holds, a sentence comes back within limits."""
