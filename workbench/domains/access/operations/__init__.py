"""The doors to people, groups, invitations, accounts, sessions, workspaces, tokens, shares, preferences and reports."""

from . import accounts, auth, compliance, groups, invitations, people, preferences, shares, tokens

__all__ = ["accounts", "auth", "compliance", "groups", "invitations", "people", "preferences", "shares", "tokens"]
