"""Facts that the store hands out and takes in: frozen dataclasses and enums, no SQL."""
