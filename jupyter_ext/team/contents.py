"""Notebooks and files, below one folder for each workspace, for those who may edit there.

The kernels of the workspace change the same folders, and are not trusted: see `beneath`. For the same reason no
notebook is trusted: what one person's kernel wrote never becomes script in another's browser.
"""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jupyter_server.files.handlers import FilesHandler
from jupyter_server.services.contents.filecheckpoints import AsyncGenericFileCheckpoints
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado import web
from traitlets import default

from . import beneath
from .asking import asking

PERMISSION = "notebooks:edit"
LARGEST = 256 * 1024 * 1024
TOLD = {errno.ENOENT: 404, errno.ELOOP: 404, errno.ENOTDIR: 404, errno.EEXIST: 409, errno.EFBIG: 413, errno.ENOSPC: 507}


class _InWorkspaces:
    """Turns an address into a path of this machine, where the caller may edit, and follows no link below it."""

    root_dir: str

    @property
    def _root(self) -> Path:
        return Path(self.root_dir)

    def _get_os_path(self, path: str) -> str:
        """The path of this machine for an address.

        Raises:
            HTTPError: 404, for what is in no workspace of the caller, behind a link, or hidden.
        """
        segments = [segment for segment in path.split("/") if segment]
        if not segments:
            return str(self._root)
        hidden = any(segment.startswith(".") or "\0" in segment for segment in segments)
        if hidden or not asking().may(PERMISSION, segments[0]):
            raise _nothing()
        workspace = self._root / segments[0]
        workspace.mkdir(mode=0o700, exist_ok=True)
        place = workspace.joinpath(*segments[1:])
        if place.resolve() != place:
            raise _nothing()
        return str(place)

    @contextmanager
    def open(self, os_path: str, *_: Any, **__: Any) -> Iterator[Any]:
        """Open a plain file to read its bytes."""
        with _told(), beneath.reading(self._root, os_path, LARGEST) as file:
            yield file

    @contextmanager
    def atomic_writing(self, os_path: str, text: bool = True, encoding: str = "utf-8", **_: Any) -> Iterator[Any]:
        """Write a file anew."""
        with _told(), beneath.replacing(self._root, os_path, text=text, encoding=encoding) as file:
            yield file


class Checkpoints(_InWorkspaces, AsyncGenericFileCheckpoints):
    """Checkpoints, beside the workspaces' folders, where no kernel sees them."""

    @default("root_dir")
    def _beside(self) -> str:
        assert self.parent is not None
        folder = Path(self.parent.root_dir).parent / "checkpoints"
        folder.mkdir(mode=0o700, exist_ok=True)
        return str(folder)

    def checkpoint_path(self, checkpoint_id: str, path: str) -> str:
        """Where a checkpoint of a file is."""
        place = Path(self._get_os_path(path))
        if place.parent == self._root:
            raise _nothing()
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return str(place.with_name(f"{place.stem}-{checkpoint_id}{place.suffix}"))


class WorkspaceContents(_InWorkspaces, AsyncLargeFileManager):
    """The contents of all workspaces; the first segment of an address is the workspace."""

    @default("files_handler_class")
    def _through_this(self) -> type:
        return FilesHandler

    @default("checkpoints_class")
    def _checkpoints(self) -> type:
        return Checkpoints

    def check_and_sign(self, nb: Any, path: str = "", **_: Any) -> None:
        """Sign nothing: whoever saves a notebook is not who opens it."""

    def mark_trusted_cells(self, nb: Any, path: str = "") -> None:  # noqa: ARG002
        """Trust no output."""
        self.notary.mark_cells(nb, False)

    async def get(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """What is at an address; at the root the folders of the workspaces where the caller may edit."""
        if not path.strip("/"):
            for name in asking().where(PERMISSION):
                (self._root / name).mkdir(mode=0o700, exist_ok=True)
        return await super().get(path, *args, **kwargs)

    async def _dir_model(self, path: str, content: bool = True) -> Any:
        model = await super()._dir_model(path, content=False)
        if not content:
            return model
        entries = []
        for name in await asyncio.to_thread(self._names, path):
            with suppress(web.HTTPError):  # it has gone meanwhile, or become a link
                entries.append(await self.get(f"{path}/{name}", content=False))
        return model | {"content": entries, "format": "json"}

    def _names(self, path: str) -> list[str]:
        """What is listed of a folder: files and folders, no links, pipes and hidden things."""
        if not path.strip("/"):
            return asking().where(PERMISSION)
        with _told(), os.scandir(self._get_os_path(path)) as entries:
            return [
                entry.name
                for entry in entries
                if (entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False))
                and not entry.name.startswith(".")
                and self.should_list(entry.name)
            ]

    async def delete_file(self, path: str) -> None:
        """Remove a file or a folder."""
        place = self._inside(path)
        with _told():
            await asyncio.to_thread(beneath.remove, self._root, place)

    async def rename_file(self, old_path: str, new_path: str) -> None:
        """Rename or move; into another workspace only where the caller may edit in both."""
        old, new = self._inside(old_path), self._inside(new_path)
        if old == new:
            return
        if await asyncio.to_thread(os.path.lexists, new):
            raise web.HTTPError(409, f"There is a {new_path} already.")
        with _told():
            await asyncio.to_thread(beneath.move, self._root, old, new)

    async def get_kernel_path(self, path: str, model: Any = None) -> str:  # noqa: ARG002 - Jupyter's signature
        """The address of the folder in which the kernel of a notebook works."""
        return path.strip("/").rpartition("/")[0] or path.strip("/")

    def _inside(self, path: str) -> str:
        """The path of something within a workspace, which is not the workspace's folder itself."""
        if "/" not in path.strip("/"):
            raise web.HTTPError(400, "The folder of a workspace stays as it is.")
        return self._get_os_path(path)

    async def _save_directory(self, os_path: str, model: Any, path: str = "") -> None:  # noqa: ARG002
        with _told():
            await asyncio.to_thread(beneath.make_folder, self._root, os_path)

    async def _save_large_file(self, os_path: str, content: str, format: str) -> None:  # noqa: A002
        import base64

        data = content.encode() if format == "text" else base64.b64decode(content)
        with _told(), beneath.appending(self._root, os_path) as file:
            await asyncio.to_thread(file.write, data)

    async def _copy_dir(self, from_path: str, to_path_original: str, to_name: str, to_path: str) -> Any:
        """Copy a folder with its links as links: what they lead to is not copied."""
        source, target = self._get_os_path(from_path), self._get_os_path(f"{to_path_original.strip('/')}/{to_name}")
        with _told():
            await asyncio.to_thread(lambda: shutil.copytree(source, target, symlinks=True))
        return await self.get(to_path, content=False)


@contextmanager
def _told() -> Iterator[None]:
    """Say in HTTP's terms what the file system refuses, without its paths."""
    try:
        yield
    except OSError as error:
        raise web.HTTPError(TOLD.get(error.errno or 0, 403), f"{os.strerror(error.errno or errno.EACCES)}.") from error


def _nothing() -> web.HTTPError:
    return web.HTTPError(404, "There is no such file, or you may not edit in its workspace.")
