"""Writes the chain of audit records, verifies it, and finds records in it."""

from .chain import HEADS_FILE, Head, Trail, export_head, head, read_heads, verify
from .records import MEDIA_TYPES, activity, export, listed

__all__ = [
    "HEADS_FILE",
    "MEDIA_TYPES",
    "Head",
    "Trail",
    "activity",
    "export",
    "export_head",
    "head",
    "listed",
    "read_heads",
    "verify",
]
