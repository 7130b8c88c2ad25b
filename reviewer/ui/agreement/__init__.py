"""The agreement screen: page, state, cells."""
