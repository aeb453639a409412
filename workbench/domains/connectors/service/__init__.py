"""What may happen to connectors."""

from .cursors import cursors_of, forget_cursor
from .opening import know_secrets, note_test, prepare
from .reading import note_read, preview, read, streams
from .settings import archive, create, shown, update

__all__ = [
    "archive",
    "create",
    "cursors_of",
    "forget_cursor",
    "know_secrets",
    "note_read",
    "note_test",
    "prepare",
    "preview",
    "read",
    "shown",
    "streams",
    "update",
]
