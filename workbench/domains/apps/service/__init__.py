"""What an app is, and what its process may read."""

from .acting import OPERATIONS, AppCaller
from .shown import notebook_for, show

__all__ = ["OPERATIONS", "AppCaller", "notebook_for", "show"]
