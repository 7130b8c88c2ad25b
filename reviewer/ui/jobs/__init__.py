"""Long jobs under way in the window, whatever page is shown."""
