"""Secrets as files, as Kubernetes, Docker and systemd mount them: a folder for each secret, a file for each field."""

from __future__ import annotations

from pathlib import Path

from workbench.core.settings import Settings

from .base import SecretStore, not_set_up

LARGEST = 64 * 1024


class MountedSecrets(SecretStore):
    """Reads beneath one folder. Links are followed, as mounts use them, but not out of the reference's first folder."""

    kind = "mounted"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of(cls, settings: Settings) -> MountedSecrets:
        """The folder that the settings name.

        Raises:
            Unavailable: they name none.
        """
        if not settings.mounted_folder:
            raise not_set_up(cls.kind, "Set mounted_folder to the folder in which secrets are mounted.")
        return cls(Path(settings.mounted_folder).expanduser().resolve())

    def read(self, path: str, field: str) -> str:
        root = self._folder / path.split("/", 1)[0]
        file = (self._folder / path / field).resolve()
        if not file.is_relative_to(root.resolve()) or not root.resolve().is_relative_to(self._folder):
            raise self.missing(path, field)
        try:
            if not file.is_file():
                raise self.missing(path, field)
            with file.open("rb") as source:
                raw = source.read(LARGEST + 1)
        except OSError as error:
            raise self.refusing(path) if isinstance(error, PermissionError) else self.missing(path, field) from None
        if len(raw) > LARGEST:
            raise self.silent(path, f"the file is larger than {LARGEST} bytes")
        return raw.decode("utf-8", "surrogateescape").removesuffix("\n")
