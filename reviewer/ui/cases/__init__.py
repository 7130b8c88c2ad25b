"""The cases screen: page, state, table, filters, editor."""
