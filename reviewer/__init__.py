"""Reviewer: was this the right action? Review model responses and compute one honest score from them."""

__version__ = "0.1.0"
