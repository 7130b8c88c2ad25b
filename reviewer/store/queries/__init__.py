"""Reads: functions over a session-making workspace that return plain facts, never rows."""
