"""Figures of runs, read from the workspace and computed by core."""
