"""Writes the chain of audit records, verifies it, finds records in it and counts them."""

from .chain import HEADS_FILE, Head, Trail, export_head, head, read_heads, verify
from .figures import Count, counts, done, last_done
from .records import MEDIA_TYPES, activity, export, listed

__all__ = [
    "HEADS_FILE",
    "MEDIA_TYPES",
    "Count",
    "Head",
    "Trail",
    "activity",
    "counts",
    "done",
    "export",
    "export_head",
    "head",
    "last_done",
    "listed",
    "read_heads",
    "verify",
]
