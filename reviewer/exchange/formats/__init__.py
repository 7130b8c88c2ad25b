"""One module for each foreign format; the registry lists them."""
