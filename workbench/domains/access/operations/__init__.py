"""The doors to people, workspaces, tokens, shares and preferences."""

from . import people, preferences, shares, tokens

__all__ = ["people", "preferences", "shares", "tokens"]
