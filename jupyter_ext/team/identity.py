"""Tells Jupyter's handlers who the guard found a request to be from; Jupyter's own token and password count nothing."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth import IdentityProvider, User

from .visitor import visitor_of

SHOWN = ("username", "name", "display_name", "initials", "avatar_url", "color")


class TeamIdentity(IdentityProvider):
    """The identity of a request as the guard found it."""

    token = ""
    need_token = False

    async def get_user(self, handler: Any) -> User | None:
        """The person behind a request, None for nobody."""
        visitor = visitor_of(handler.request)
        handler._token_authenticated = visitor.credential is not None and not visitor.credential.cookie
        return visitor.user

    def get_handlers(self) -> list[Any]:
        """No pages here: ours are the extension's."""
        return []

    def identity_model(self, user: User) -> dict[str, Any]:
        """What a person is told of herself."""
        return {name: getattr(user, name) for name in SHOWN}
