"""The review screen: page, state, list, panes."""
