"""Rows of users, workspaces, members, tokens, shares and preferences."""

from .people import Member, User, Workspace
from .preferences import Preference
from .shares import Share
from .tokens import ApiToken

__all__ = ["ApiToken", "Member", "Preference", "Share", "User", "Workspace"]
