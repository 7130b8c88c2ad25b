"""The window. The only layer that knows Qt; it never touches SQL, network or files on its own thread."""
