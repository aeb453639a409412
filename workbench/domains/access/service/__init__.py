"""Who people are, where they have a part, and by which tokens and shares."""

from .identity import authenticate, jupyter_principal, os_principal, principal_of, token_principal
from .people import DEFAULT, add_workspace, ensure_default, has_default
from .preferences import prefer, preferences_of
from .shares import Shares, grant, revoke_share, shares_of
from .tokens import MintedToken, mint, own_tokens, revoke
from .workspaces import Directory, mine, part_of

__all__ = [
    "DEFAULT",
    "Directory",
    "MintedToken",
    "Shares",
    "add_workspace",
    "authenticate",
    "ensure_default",
    "grant",
    "has_default",
    "jupyter_principal",
    "mine",
    "mint",
    "os_principal",
    "own_tokens",
    "part_of",
    "prefer",
    "preferences_of",
    "principal_of",
    "revoke",
    "revoke_share",
    "shares_of",
    "token_principal",
]
