"""Rows of users, workspaces, members, sessions, tokens, shares and preferences."""

from .accounts import Attempt, Password, RefreshToken, SignedIn
from .people import Member, User, Workspace
from .preferences import Preference
from .shares import Share
from .tokens import ApiToken

__all__ = [
    "ApiToken",
    "Attempt",
    "Member",
    "Password",
    "Preference",
    "RefreshToken",
    "Share",
    "SignedIn",
    "User",
    "Workspace",
]
