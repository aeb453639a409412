"""Rows of users, workspaces, members, groups, sessions, links, mail, tokens, shares and preferences."""

from .accounts import Attempt, Password, RefreshToken, SignedIn
from .groups import Group, GroupMember, GroupRole
from .links import OneTimeLink
from .mail import OutgoingMail
from .people import Member, User, Workspace
from .preferences import Preference
from .shares import Share
from .tokens import ApiToken

__all__ = [
    "ApiToken",
    "Attempt",
    "Group",
    "GroupMember",
    "GroupRole",
    "Member",
    "OneTimeLink",
    "OutgoingMail",
    "Password",
    "Preference",
    "RefreshToken",
    "Share",
    "SignedIn",
    "User",
    "Workspace",
]
