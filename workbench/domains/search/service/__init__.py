"""What is found: each kind among what the caller may see of it, the best first."""

from .finding import find, suggest

__all__ = ["find", "suggest"]
