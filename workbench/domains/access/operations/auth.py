"""The doors by which programs sign in."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import operation
from workbench.domains.access import service
from workbench.domains.access.schemas import LogIn, LogOut, Refresh, SignedOut, TokensView


@operation("auth.login", "POST /auth/login", "auth:use", effect="raw", scope="installation", audited=False)
def log_in(ctx: Context, request: LogIn) -> TokensView:
    """Sign in as a person by her password; answers an access token for ten minutes and a refresh token."""
    return _view(service.log_in(ctx, request.name, request.password.get_secret_value()))


@operation("auth.refresh", "POST /auth/refresh", "auth:use", effect="raw", scope="installation", audited=False)
def refresh(ctx: Context, request: Refresh) -> TokensView:
    """Exchange a refresh token, which is good once, for new tokens; one that is shown again ends its session."""
    return _view(service.refreshed(ctx, request.refresh_token.get_secret_value()))


@operation("auth.logout", "POST /auth/logout", "auth:use", effect="raw", scope="installation", audited=False)
def log_out(ctx: Context, request: LogOut) -> SignedOut:
    """End the session of a refresh token, and with it its access tokens."""
    service.log_out(ctx, request.refresh_token.get_secret_value())
    return SignedOut()


def _view(tokens: service.Tokens) -> TokensView:
    seconds = int(service.LIFETIME.total_seconds())
    return TokensView(access_token=tokens.access, refresh_token=tokens.refresh, expires_in=seconds)
