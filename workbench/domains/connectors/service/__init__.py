"""What may happen to connectors."""

from .cursors import cursors_of, forget_cursor
from .reading import open_driver, preview, read, streams
from .settings import archive, create, shown, update

__all__ = [
    "archive",
    "create",
    "cursors_of",
    "forget_cursor",
    "open_driver",
    "preview",
    "read",
    "shown",
    "streams",
    "update",
]
