"""One module for each database that a workspace can live in."""
