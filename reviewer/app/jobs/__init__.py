"""Long pieces of work on a workspace: sending, judging, imports, batch files, classification."""
