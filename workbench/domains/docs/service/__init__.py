"""What there is to read, and what it says."""

from .library import documents, listed, show

__all__ = ["documents", "listed", "show"]
