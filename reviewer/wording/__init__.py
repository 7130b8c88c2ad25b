"""Words for figures, plurals and stored keys: the one place from which text for people is made."""
