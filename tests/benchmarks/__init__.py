"""Benchmarks: figures beside their floors, measured in the same run. No test asserts a time."""
