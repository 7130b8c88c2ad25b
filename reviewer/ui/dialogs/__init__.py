"""Dialogs. None is modal to the program: they `open()` and answer by signal."""
