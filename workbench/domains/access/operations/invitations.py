"""The doors to invitations, to a password that was forgotten, and to the proof of an address."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import operation
from workbench.core.paging import paginate
from workbench.core.schemas import Gone, Page
from workbench.domains.access import service
from workbench.domains.access.models import OneTimeLink
from workbench.domains.access.schemas import (
    AcceptInvitation,
    CreateInvitation,
    EndedView,
    ForgotPassword,
    ImportPeople,
    InvitationView,
    InvitedView,
    ListInvitations,
    NewInvitationView,
    OfferedView,
    ResetPassword,
    RevokeInvitation,
    SentView,
    ShowInvitation,
    VerifiedView,
    VerifyEmail,
)


@operation("invitations.create", "POST /invitations", "members:write", effect="write", status=201)
def create(ctx: Context, request: CreateInvitation) -> NewInvitationView:
    """Invite somebody to the workspace by mail, or by a link to hand on where no mail server is set up."""
    return _new(service.invite(ctx, request.email, request.name, request.roles, request.groups))


@operation("invitations.import_people", "POST /invitations/import", "members:write", effect="write", status=201)
def import_people(ctx: Context, request: ImportPeople) -> InvitedView:
    """Invite everybody whom a CSV text names, or nobody where a line is wrong."""
    return InvitedView(items=[_new(made) for made in service.invite_all(ctx, request.csv)])


@operation("invitations.list", "GET /invitations", "members:write", effect="read")
def list_invitations(ctx: Context, request: ListInvitations) -> Page[InvitationView]:
    """List the invitations to the workspace."""
    return paginate(
        ctx.db, service.invitations_of(ctx.workspace_id, request.status), request, view=InvitationView.of_row,
        key=OneTimeLink.id,
        sort={"created_at": OneTimeLink.created_at, "email": OneTimeLink.email}, search=(OneTimeLink.email,),
    )  # fmt: skip


@operation("invitations.revoke", "DELETE /invitations/{id}", "members:write", effect="write", positional=("id",))
def revoke(ctx: Context, request: RevokeInvitation) -> Gone:
    """End an invitation that was not accepted yet."""
    service.revoke_invitation(ctx.db, ctx.workspace_id, request.id)
    return Gone(id=str(request.id))


@operation("auth.show_invitation", "POST /auth/invitations/show", "auth:use", effect="read", scope="installation")
def show(ctx: Context, request: ShowInvitation) -> OfferedView:
    """Tell what an invitation is to; its link is shown in the body, since addresses are written to logs."""
    return OfferedView.of(service.shown_invitation(ctx.db, request.token.get_secret_value()))


@operation(
    "auth.accept_invitation", "POST /auth/invitations/accept", "auth:use", effect="raw", scope="installation",
    audited=False,
)  # fmt: skip
def accept(ctx: Context, request: AcceptInvitation) -> OfferedView:
    """Take up an invitation, with a new account or one's own."""
    token, password = request.token.get_secret_value(), request.password.get_secret_value()
    return OfferedView.of(service.accept(ctx, token, request.display_name, password))


@operation(
    "auth.forgot_password", "POST /auth/password/forgot", "auth:use", effect="raw", scope="installation", audited=False
)
def forgot_password(ctx: Context, request: ForgotPassword) -> SentView:
    """Have a link mailed by which to set another password; the answer is the same for strangers."""
    service.forgot(ctx, request.email)
    return SentView()


@operation(
    "auth.reset_password", "POST /auth/password/reset", "auth:use", effect="raw", scope="installation", audited=False
)
def reset_password(ctx: Context, request: ResetPassword) -> EndedView:
    """Set another password by the link that was mailed, and end all one's sessions."""
    return EndedView(ended=service.reset(ctx, request.token.get_secret_value(), request.password.get_secret_value()))


@operation(
    "auth.verify_email", "POST /auth/email/verify", "auth:use", effect="raw", scope="installation", audited=False
)
def verify_email(ctx: Context, request: VerifyEmail) -> VerifiedView:
    """Prove that an address is one's own by the link that was mailed to it."""
    service.verify(ctx, request.token.get_secret_value())
    return VerifiedView()


def _new(made: service.Invitation) -> NewInvitationView:
    whole = made.link is None or "://" in made.link
    return NewInvitationView.of_row(made.row, link=made.link, note="" if whole else NO_ADDRESS)


NO_ADDRESS = (
    "Put the server's address in front of the link, such as https://data.example.org. Links that are made once "
    "public_url is set in config.toml have it."
)
