"""What a screen knows, without its widgets."""
