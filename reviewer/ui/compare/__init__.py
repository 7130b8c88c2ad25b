"""The compare screen: page, state, list of flips."""
