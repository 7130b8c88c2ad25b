"""How responses are put before people: in which order, and later how blind."""
