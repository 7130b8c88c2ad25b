"""Drawings of figures; each has its table behind it."""
