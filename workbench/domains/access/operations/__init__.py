"""The doors to people, accounts, sessions, workspaces, tokens, shares and preferences."""

from . import accounts, auth, people, preferences, shares, tokens

__all__ = ["accounts", "auth", "people", "preferences", "shares", "tokens"]
