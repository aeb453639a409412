"""Vaults, Kubernetes and mounted files give secrets to the workbench, each as the port says."""

from __future__ import annotations

import base64
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest

from tests.integration.secrets.store_contract import CANARY, StoreContract
from workbench.core.errors import NotFound, Unavailable
from workbench.domains.secrets.drivers.hashicorp import ROLE_SECRET, TOKEN, HashicorpVault
from workbench.domains.secrets.drivers.kubernetes import KubernetesSecrets
from workbench.domains.secrets.drivers.mounted import MountedSecrets


class TestVaultByToken(StoreContract):
    """A real OpenBao server, by a token."""

    path = "kv/data/workbench/default/crm"

    @pytest.fixture
    def store(self, vault_server):
        return HashicorpVault(vault_server.url, environ={TOKEN: vault_server.token})

    @pytest.fixture
    def put(self, vault_server):
        return lambda path, **fields: vault_server.put(path.removeprefix("kv/data/"), **fields)

    @pytest.fixture
    def broken(self):
        return HashicorpVault("http://127.0.0.1:1", environ={TOKEN: CANARY})

    def test_a_wrong_token_and_a_foreign_path_are_refused(self, vault_server, store, put):
        """What the vault's own policy forbids is said to be refused, and the token is not repeated."""
        put("kv/data/elsewhere", password=CANARY)
        wrong = HashicorpVault(vault_server.url, environ={TOKEN: "wrong-token"})
        for opened, path in ((wrong, self.path), (store, "kv/data/elsewhere")):
            with pytest.raises(Unavailable, match="does not let the workbench read") as caught:
                opened.read(path, "password")
            assert "wrong-token" not in str(caught.value.problem())


class TestVaultByRole(TestVaultByToken):
    """The same server, as an AppRole."""

    @pytest.fixture
    def store(self, vault_server):
        return HashicorpVault(
            vault_server.url, role_id=vault_server.role_id, environ={ROLE_SECRET: vault_server.secret_id}
        )

    def test_an_expired_token_is_renewed(self, vault_server, store, put):
        """After the token was revoked on the other side the next read signs in again."""
        put(self.path, password=CANARY)
        assert store.read(self.path, "password") == CANARY
        vault_server.root.auth.token.revoke(store._client.token)

        assert store.read(self.path, "password") == CANARY

    def test_a_wrong_secret_id_is_refused(self, vault_server):
        """Who cannot sign in is told so, without what it signed in with."""
        store = HashicorpVault(vault_server.url, role_id=vault_server.role_id, environ={ROLE_SECRET: CANARY})
        with pytest.raises(Unavailable, match="does not let the workbench read") as caught:
            store.read(self.path, "password")
        assert CANARY not in str(caught.value.problem())


class TestMounted(StoreContract):
    """Files as a kubelet or Docker mounts them."""

    path = "default/crm"

    @pytest.fixture
    def store(self, tmp_path):
        return MountedSecrets(tmp_path)

    @pytest.fixture
    def put(self, tmp_path):
        def put(path, **fields):
            """As the kubelet does: files in a dated folder, a link to the folder, links to the files in it."""
            folder = tmp_path / path
            dated = folder / f"..{len(list(folder.glob('..*'))) if folder.exists() else 0}"
            dated.mkdir(parents=True)
            for field, value in fields.items():
                (dated / field).write_text(value)
                link = folder / field
                if not link.is_symlink():
                    link.symlink_to(f"..data/{field}")
            (folder / "..new").symlink_to(dated.name)
            (folder / "..new").replace(folder / "..data")

        return put

    @pytest.fixture
    def broken(self, tmp_path):
        folder = tmp_path / self.path
        folder.mkdir(parents=True)
        (folder / "password").write_bytes(b"x" * 70_000)
        return MountedSecrets(tmp_path)

    def test_a_link_does_not_lead_out_of_the_workspace_s_folder(self, store, put, tmp_path):
        """Neither a file elsewhere nor another workspace's secret is read through a link, nor a folder as a secret."""
        put("other/crm", password=CANARY)
        (tmp_path / "default" / "crm").mkdir(parents=True)
        (tmp_path / "default" / "out").symlink_to("/")
        for name, target in (("a", tmp_path / "other/crm/password"), ("b", "/etc/hostname"), ("c", tmp_path)):
            (tmp_path / "default/crm" / name).symlink_to(target)
            with pytest.raises(NotFound):
                store.read("default/crm", name)
        with pytest.raises(NotFound):
            store.read("default/out/etc", "hostname")

    def test_a_pipe_does_not_block(self, store, tmp_path):
        """What is no plain file is not there."""
        (tmp_path / "default" / "crm").mkdir(parents=True)
        os.mkfifo(tmp_path / "default/crm/password")
        with pytest.raises(NotFound):
            store.read("default/crm", "password")


class TestKubernetes(StoreContract):
    """The official client against a small server that speaks the one request it makes; no cluster is involved."""

    @pytest.fixture
    def cluster(self):
        held: dict[str, dict[str, str]] = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = unquote(self.path.removeprefix("/api/v1/namespaces/data/secrets/"))
                allowed = self.headers.get("authorization") == "Bearer service-account"
                status = 403 if not allowed else 200 if name in held else 404
                data = {key: base64.b64encode(text.encode()).decode() for key, text in held.get(name, {}).items()}
                body = {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": name}, "data": data}
                raw = json.dumps(body if status == 200 else {"kind": "Status", "status": "Failure"}).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", held
        server.shutdown()
        server.server_close()

    @staticmethod
    def opened(url, token="service-account"):
        from kubernetes import client

        chosen = client.Configuration(host=url, api_key={"authorization": f"Bearer {token}"})
        chosen.retries = 0
        return KubernetesSecrets(client.CoreV1Api(client.ApiClient(chosen)), "data")

    @pytest.fixture
    def store(self, cluster):
        return self.opened(cluster[0])

    @pytest.fixture
    def put(self, cluster):
        return lambda path, **fields: cluster[1].update({path: fields})

    @pytest.fixture
    def broken(self):
        return self.opened("http://127.0.0.1:1")

    def test_a_service_account_without_the_right_is_refused(self, cluster, put):
        """What the cluster forbids is said to be refused."""
        put(self.path, password=CANARY)
        with pytest.raises(Unavailable, match="does not let the workbench read"):
            self.opened(cluster[0], CANARY).read(self.path, "password")
