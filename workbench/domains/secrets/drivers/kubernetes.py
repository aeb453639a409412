"""Secrets of a Kubernetes cluster, by its API: `kubernetes:NAME#KEY`, in the workbench's own namespace."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any

from workbench.core.settings import Settings

from .base import ANSWER_SECONDS, SecretStore, extra_missing, not_set_up

OWN_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


class KubernetesSecrets(SecretStore):
    """Reads as the service account of the pod that the workbench runs in, which needs `get` on `secrets`."""

    kind = "kubernetes"

    def __init__(self, api: Any, namespace: str) -> None:
        self._api, self._namespace = api, namespace

    @classmethod
    def of(cls, settings: Settings) -> KubernetesSecrets:
        """The cluster in which this process runs.

        Raises:
            Unavailable: it runs in none, or the library is not installed.
        """
        try:
            from kubernetes import client, config
        except ImportError:
            raise extra_missing(cls.kind, "kubernetes") from None
        chosen = client.Configuration()
        try:
            config.load_incluster_config(client_configuration=chosen)  # type: ignore[no-untyped-call]
            namespace = settings.kubernetes_namespace or OWN_NAMESPACE.read_text().strip()
        except (config.ConfigException, OSError):
            fix = (
                "Run the workbench in the cluster with a service account that may get secrets, or mount them as files."
            )
            raise not_set_up(cls.kind, fix) from None
        return cls(client.CoreV1Api(client.ApiClient(chosen)), namespace)

    def read(self, path: str, field: str) -> str:
        from kubernetes.client import ApiException

        try:
            found = self._api.read_namespaced_secret(path, self._namespace, _request_timeout=ANSWER_SECONDS)
        except ApiException as error:
            if error.status == 404:
                raise self.missing(path, field) from None
            if error.status in (401, 403):
                raise self.refusing(path) from None
            raise self.silent(path, f"it answers {error.status}") from None
        except Exception as error:  # noqa: BLE001  whatever carries its requests raises errors of its own
            raise self.silent(path, type(error).__name__) from None
        value = (found.data or {}).get(field)
        if value is None:
            raise self.missing(path, field)
        try:
            return base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise self.silent(path, f"{field!r} is not text") from None
