"""Files for other tools, read by those tools: run with `python -m tests.peers`."""
