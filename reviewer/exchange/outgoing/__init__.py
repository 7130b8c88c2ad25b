"""Files for other tools, one module each, behind exchange/outgoing_registry.py."""
