"""The doors to people, invitations, accounts, sessions, workspaces, tokens, shares and preferences."""

from . import accounts, auth, invitations, people, preferences, shares, tokens

__all__ = ["accounts", "auth", "invitations", "people", "preferences", "shares", "tokens"]
