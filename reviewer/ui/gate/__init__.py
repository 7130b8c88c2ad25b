"""The gate screen: a release policy as a form and as its file, and what it says of a run, rule by rule."""
