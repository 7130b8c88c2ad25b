"""Alembic's revisions of the workspace's schema."""
