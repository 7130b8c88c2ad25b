"""The reports screen: page and preview."""
