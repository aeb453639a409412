"""What an app is, and what its process may read."""

from .acting import OPERATIONS, AppCaller
from .listing import listed, several
from .shown import notebook_for, show

__all__ = ["OPERATIONS", "AppCaller", "listed", "notebook_for", "several", "show"]
