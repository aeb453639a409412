"""Requests and replies about people, workspaces, tokens and shares."""

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
    "RevokeShare",
    "RevokeToken",
    "ShareView",
    "ShowMe",
    "ShowWorkspace",
    "TokenView",
    "UserView",
    "WorkspaceView",
]
