"""`python -m tests.gallery OUT_DIR [PART ...]`: a PNG of every state in `states.py`, light and dark, 100 and 200 %.

With parts only states with one of them in their names. The workspaces are made in a folder of their own; nothing of
the person's own settings or workspaces is touched.
"""

from tests.gallery.photographer import Photographer

__all__ = ["Photographer"]
