"""Who people are, where they have a part, and by which tokens and shares."""

from .access_tokens import LIFETIME, Tokens, access_principal, log_in, log_out, refreshed, use_access
from .accounts import (
    add_account,
    add_first,
    address_of,
    change_password,
    disable_user,
    enable_user,
    find_user,
    has_accounts,
    replace_password,
)
from .compliance import access_report, access_sheet
from .groups import (
    add_group,
    add_to_group,
    assign_group_role,
    delete_group,
    rename_group,
    take_from_group,
    take_group_role,
)
from .identity import authenticate, jupyter_principal, os_principal, principal_now, principal_of, token_principal
from .invitations import (
    Invitation,
    Invited,
    accept,
    invitations_of,
    invite,
    invite_all,
    revoke_invitation,
    shown_invitation,
)
from .links import mails_people, outbox
from .members import assign_role, remove_member, take_role
from .outbox import has_due
from .passwords import check_strength, generated, hashed, verified
from .people import DEFAULT, add_workspace, ensure_default, has_default
from .preferences import prefer, preferences_of
from .recovery import forgot, reset
from .sessions import (
    SessionPrincipal,
    end_all,
    end_one,
    end_session,
    live_sessions,
    note_use,
    note_use_of,
    session_principal,
)
from .shares import Audience, Shares, grant, revoke_share, shares_of
from .signing_in import OpenedSession, open_session
from .tokens import MintedToken, mint, own_tokens, revoke
from .verification import change_email, request_verification, verify
from .workspaces import Directory, mine, part_of

__all__ = [
    "DEFAULT",
    "LIFETIME",
    "Audience",
    "Directory",
    "Invitation",
    "Invited",
    "MintedToken",
    "OpenedSession",
    "SessionPrincipal",
    "Shares",
    "Tokens",
    "accept",
    "access_principal",
    "access_report",
    "access_sheet",
    "add_account",
    "add_first",
    "add_group",
    "add_to_group",
    "add_workspace",
    "address_of",
    "assign_group_role",
    "assign_role",
    "authenticate",
    "change_email",
    "change_password",
    "check_strength",
    "delete_group",
    "disable_user",
    "enable_user",
    "end_all",
    "end_one",
    "end_session",
    "ensure_default",
    "find_user",
    "forgot",
    "generated",
    "grant",
    "has_accounts",
    "has_default",
    "has_due",
    "hashed",
    "invitations_of",
    "invite",
    "invite_all",
    "jupyter_principal",
    "live_sessions",
    "log_in",
    "log_out",
    "mails_people",
    "mine",
    "mint",
    "note_use",
    "note_use_of",
    "open_session",
    "os_principal",
    "outbox",
    "own_tokens",
    "part_of",
    "prefer",
    "preferences_of",
    "principal_now",
    "principal_of",
    "refreshed",
    "remove_member",
    "rename_group",
    "replace_password",
    "request_verification",
    "reset",
    "revoke",
    "revoke_invitation",
    "revoke_share",
    "session_principal",
    "shares_of",
    "shown_invitation",
    "take_from_group",
    "take_group_role",
    "take_role",
    "token_principal",
    "use_access",
    "verified",
    "verify",
]
