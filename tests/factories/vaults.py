"""An OpenBao server of its own on the loopback, in development mode: everything in memory, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hvac
import requests

RULES = 'path "kv/data/workbench/*" { capabilities = ["read"] }'


@dataclass
class Vault:
    """A running server; `root` may do everything, `token` only what the workbench needs."""

    url: str
    root: Any
    token: str
    role_id: str
    secret_id: str

    def put(self, path: str, **fields: str) -> None:
        """Write a secret of the engine `kv`."""
        self.root.secrets.kv.v2.create_or_update_secret(mount_point="kv", path=path, secret=fields)


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Vault]:
    """A server for as long as the context lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    token = secrets.token_hex(16)
    command = [str(Path(sys.executable).with_name("bao")), "server", "-dev", "-dev-no-store-token"]
    command += [f"-dev-listen-address={url.removeprefix('http://')}", f"-dev-root-token-id={token}"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    with (folder / "bao.log").open("wb") as log, subprocess.Popen(
        command, stdout=log, stderr=log, env=environment, cwd=folder
    ) as process:  # fmt: skip
        try:
            root = hvac.Client(url=url, token=token, timeout=10)
            _wait(root, process, folder)
            yield _prepared(url, root)
        finally:
            process.terminate()


def _wait(root: Any, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(requests.RequestException, hvac.exceptions.VaultError):
            if root.is_authenticated():
                return
        time.sleep(0.05)
    raise RuntimeError((folder / "bao.log").read_text()[-2000:])


def _prepared(url: str, root: Any) -> Vault:
    root.sys.enable_secrets_engine("kv", path="kv", options={"version": "2"})
    root.sys.create_or_update_policy("workbench", RULES)
    root.sys.enable_auth_method("approle")
    root.auth.approle.create_or_update_approle("workbench", token_policies=["workbench"], token_ttl="1h")
    role_id = root.auth.approle.read_role_id("workbench")["data"]["role_id"]
    secret_id = root.auth.approle.generate_secret_id("workbench")["data"]["secret_id"]
    token = root.auth.token.create(policies=["workbench"], ttl="1h")["auth"]["client_token"]
    return Vault(url, root, token, role_id, secret_id)
