"""The figures: what is under way, how runs went, and how fresh and healthy what they use is."""

from .history import history
from .present import now
from .sources import sources

__all__ = ["history", "now", "sources"]
