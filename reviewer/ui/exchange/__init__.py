"""Files in and out of the window: import, export, workspaces."""
