"""The doors to people, groups, invitations, accounts, sessions, workspaces, tokens, shares and preferences."""

from . import accounts, auth, groups, invitations, people, preferences, shares, tokens

__all__ = ["accounts", "auth", "groups", "invitations", "people", "preferences", "shares", "tokens"]
