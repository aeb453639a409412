"""Requests and replies about people, workspaces, tokens, shares and preferences."""

from .people import (
    CreateWorkspace,
    ListMembers,
    ListUsers,
    ListWorkspaces,
    MemberView,
    MeView,
    Part,
    ShowMe,
    ShowWorkspace,
    UserView,
    WorkspaceView,
)
from .preferences import PreferencesView, SetPreference, ShowPreferences
from .shares import GrantShare, ListShares, NamesObject, RevokeShare, ShareView
from .tokens import CreateToken, ListTokens, NewTokenView, RevokeToken, TokenView

__all__ = [
    "CreateToken",
    "CreateWorkspace",
    "GrantShare",
    "ListMembers",
    "ListShares",
    "ListTokens",
    "ListUsers",
    "ListWorkspaces",
    "MeView",
    "MemberView",
    "NamesObject",
    "NewTokenView",
    "Part",
    "PreferencesView",
    "RevokeShare",
    "RevokeToken",
    "SetPreference",
    "ShareView",
    "ShowMe",
    "ShowPreferences",
    "ShowWorkspace",
    "TokenView",
    "UserView",
    "WorkspaceView",
]
