"""HashiCorp Vault, OpenBao and whatever else speaks their API: secrets engine KV, version 2."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from typing import Any

from workbench.core.settings import Settings

from .base import ANSWER_SECONDS, SecretStore, extra_missing, not_set_up

TOKEN = "WORKBENCH_VAULT_TOKEN"  # noqa: S105  the variable's name
ROLE_SECRET = "WORKBENCH_VAULT_SECRET_ID"  # noqa: S105


class HashicorpVault(SecretStore):
    """Reads `mount/data/path`; signs in with a token, or as an AppRole, again when its token has expired."""

    kind = "vault"

    def __init__(
        self, url: str, *, ca_file: str = "", role_id: str = "", environ: Mapping[str, str] = os.environ
    ) -> None:
        try:
            import hvac
        except ImportError:
            raise extra_missing(self.kind, "vault") from None
        self._role_id, self._environ, self._signing_in = role_id, environ, threading.Lock()
        # Redirects are not followed: the token would go with them.
        self._client = hvac.Client(url=url, verify=ca_file or True, timeout=ANSWER_SECONDS, allow_redirects=False)
        self._client.token = "" if role_id else environ.get(TOKEN, "")

    @classmethod
    def of(cls, settings: Settings) -> HashicorpVault:
        """The vault that the settings name.

        Raises:
            Unavailable: they name none, or its library is not installed.
        """
        if not settings.vault_url:
            raise not_set_up(cls.kind, f"Set vault_url, and {TOKEN}, or vault_role_id and {ROLE_SECRET}.")
        return cls(settings.vault_url, ca_file=settings.vault_ca_file, role_id=settings.vault_role_id)

    def read(self, path: str, field: str) -> str:
        held = self._client.token
        answer = self._asked(path, lambda: self._client.read(path)) if held or not self._role_id else None
        if answer is None:
            self._sign_in(path, held)
            answer = self._asked(path, lambda: self._client.read(path))
        if answer is None:
            raise self.refusing(path)
        data = (answer.get("data") or {}).get("data") or {}
        value = data.get(field)
        if not isinstance(value, str):
            raise self.missing(path, field)
        return value

    def _sign_in(self, path: str, held: str) -> None:
        """Get a new token as an AppRole, unless another thread just did."""
        if not self._role_id:
            raise self.refusing(path)
        with self._signing_in:
            if self._client.token != held:
                return
            secret_id = self._environ.get(ROLE_SECRET, "")
            login = self._client.auth.approle.login
            if self._asked(path, lambda: login(role_id=self._role_id, secret_id=secret_id)) is None:
                raise self.refusing(path)

    def _asked(self, path: str, ask: Callable[[], Any]) -> dict[str, Any] | None:
        """An answer, empty where there is nothing, None where the vault refuses; what libraries say is not repeated."""
        import hvac.exceptions

        try:
            return ask() or {}
        except hvac.exceptions.InvalidPath:
            return {}
        except (hvac.exceptions.Forbidden, hvac.exceptions.Unauthorized, hvac.exceptions.InvalidRequest):
            return None
        except (hvac.exceptions.VaultError, OSError, ValueError) as error:
            raise self.silent(path, type(error).__name__) from None
