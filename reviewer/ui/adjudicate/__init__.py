"""Settling what reviewers differ on."""
