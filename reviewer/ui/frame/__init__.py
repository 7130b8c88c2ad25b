"""What stands around the pages: main window, rail, notices, welcome, palette, help."""
