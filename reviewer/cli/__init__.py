"""The command line: one module for each group of commands. It parses, calls the app layer and prints; no more."""
