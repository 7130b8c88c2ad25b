"""The runs screen: page, table, detail, and the dialogs that send and judge a run."""
