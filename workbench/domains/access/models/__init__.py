"""Rows of users, workspaces, members, tokens and shares."""

from .people import Member, User, Workspace
from .shares import Share
from .tokens import ApiToken

__all__ = ["ApiToken", "Member", "Share", "User", "Workspace"]
