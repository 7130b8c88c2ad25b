"""What every screen is made of: session, tasks, commands, theme, and the widgets that screens share."""
