"""The score screen: page, state, cards, charts, lists behind a figure."""
