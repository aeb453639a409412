"""The doors to accounts and sessions."""

from __future__ import annotations

from uuid import UUID

from workbench.core.context import Context
from workbench.core.operations import operation
from workbench.core.paging import paginate
from workbench.core.schemas import Gone, ListRequest, Page
from workbench.domains.access import service
from workbench.domains.access.models import SignedIn
from workbench.domains.access.schemas import (
    AddressView,
    ChangeEmail,
    ChangePassword,
    EndedView,
    EndOtherSessions,
    EndSession,
    ListSessions,
    ListUserSessions,
    NameUser,
    RequestVerification,
    SentView,
    SessionView,
    UserView,
)


@operation("me.change_password", "POST /me/password", "sessions:own", effect="raw", scope="installation", audited=True)
def change_password(ctx: Context, request: ChangePassword) -> EndedView:
    """Change one's own password, for which one shows the current one, and end one's other sessions."""
    current, new = request.current_password.get_secret_value(), request.new_password.get_secret_value()
    return EndedView(ended=service.change_password(ctx, current, new))


@operation("me.change_email", "POST /me/email", "sessions:own", effect="raw", scope="installation", audited=True)
def change_email(ctx: Context, request: ChangeEmail) -> AddressView:
    """Change the address by which one signs in, for which one shows one's password; both addresses are told."""
    return AddressView.of(service.change_email(ctx, request.current_password.get_secret_value(), request.email))


@operation(
    "me.request_verification", "POST /me/email/verification", "sessions:own", effect="write", scope="installation"
)
def request_verification(ctx: Context, request: RequestVerification) -> SentView:
    """Have a link mailed by which one proves that one's address is one's own."""
    service.request_verification(ctx)
    return SentView()


@operation("sessions.list", "GET /sessions", "sessions:own", effect="read", scope="installation")
def list_sessions(ctx: Context, request: ListSessions) -> Page[SessionView]:
    """List where one is signed in."""
    return _sessions(ctx, request, ctx.principal.user_id)


@operation(
    "sessions.end", "DELETE /sessions/{id}", "sessions:own", effect="write", scope="installation", positional=("id",)
)
def end_session(ctx: Context, request: EndSession) -> Gone:
    """End a session of one's own."""
    service.end_one(ctx.db, ctx.principal.user_id, request.id)
    return Gone(id=str(request.id))


@operation("sessions.end_others", "POST /sessions/end_others", "sessions:own", effect="write", scope="installation")
def end_others(ctx: Context, request: EndOtherSessions) -> EndedView:
    """End all sessions of one's own but the one that asks."""
    if ctx.principal.user_id is None:
        return EndedView(ended=0)
    return EndedView(ended=service.end_all(ctx.db, ctx.principal.user_id, but=_current(ctx)))


@operation("users.show", "GET /users/{id}", "admin:users", effect="read", scope="installation", positional=("id",))
def show_user(ctx: Context, request: NameUser) -> UserView:
    """Show a person with an account."""
    return UserView.of(service.find_user(ctx.db, request.id))


@operation(
    "users.disable", "POST /users/{id}/disable", "admin:users", effect="write", scope="installation", positional=("id",)
)
def disable_user(ctx: Context, request: NameUser) -> UserView:
    """Keep a person out: her sessions end, and her tokens count nothing from the next request on."""
    return UserView.of(service.disable_user(ctx, request.id))


@operation(
    "users.enable", "POST /users/{id}/enable", "admin:users", effect="write", scope="installation", positional=("id",)
)
def enable_user(ctx: Context, request: NameUser) -> UserView:
    """Let a person in again; her API tokens count again too, as far as they did not expire."""
    return UserView.of(service.enable_user(ctx, request.id))


@operation(
    "users.sessions", "GET /users/{id}/sessions", "admin:users", effect="read", scope="installation", positional=("id",)
)
def list_user_sessions(ctx: Context, request: ListUserSessions) -> Page[SessionView]:
    """List where a person is signed in."""
    return _sessions(ctx, request, service.find_user(ctx.db, request.id).id)


@operation(
    "users.end_sessions", "DELETE /users/{id}/sessions", "admin:users", effect="write", scope="installation",
    positional=("id",),
)  # fmt: skip
def end_user_sessions(ctx: Context, request: NameUser) -> EndedView:
    """End all sessions of a person."""
    return EndedView(ended=service.end_all(ctx.db, service.find_user(ctx.db, request.id)))


def _sessions(ctx: Context, request: ListRequest, user_id: UUID | None) -> Page[SessionView]:
    current = _current(ctx)
    return paginate(
        ctx.db, service.live_sessions(user_id), request, view=lambda row: SessionView.of_row(row, current),
        key=SignedIn.id, sort={"created_at": SignedIn.created_at, "seen_at": SignedIn.seen_at},
        search=(SignedIn.address, SignedIn.agent),
    )  # fmt: skip


def _current(ctx: Context) -> UUID | None:
    found: UUID | None = getattr(ctx.principal, "session_id", None)
    return found
