"""A model as a judge: what it is asked, how its reply is read, and whether it still judges as it did. Pure."""
