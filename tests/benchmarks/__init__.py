"""Benchmarks: figures beside their floors, measured in the same run. No test asserts a time."""

import os

# as the program itself does, before anything reads NumPy
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
