"""The doors to people, workspaces, tokens and shares."""

from . import people, shares, tokens

__all__ = ["people", "shares", "tokens"]
