"""Files of this machine: CSV, JSON and Parquet, one stream for each pattern, sub-folder or single file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbench.core.errors import Invalid

from .base import Cursor, Driver, Source, no_such_stream
from .config import FilesConfig

if TYPE_CHECKING:
    from .file_source import Part

FORMATS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".json": "json", ".ndjson": "json", ".jsonl": "json",
    ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip
COMPRESSED = (".gz", ".bz2", ".zst", ".lz4")


class FilesDriver(Driver):
    """Reads a file, or the files of a folder.

    A file belongs to the stream of the first sub-folder on its way, and one that lies directly in the folder is a
    stream by itself, named as the file without its ending. Files whose names begin with a dot or an underscore, or
    whose endings are unknown, are left alone. All files of a stream together are its rows, in the order of their paths.
    """

    kind = "files"
    title = "Files"
    description = "CSV, JSON and Parquet files in a folder of this machine."
    config_model = FilesConfig
    config: FilesConfig

    def names(self) -> list[str]:
        return sorted(self._streams())

    def open(self, stream: str, *, cursor: Cursor | None = None, limit: int | None = None) -> Source:  # noqa: ARG002
        from .file_source import FileSource

        streams = self._streams()
        if stream not in streams:
            raise no_such_stream(stream, streams)
        return FileSource(stream, streams[stream], self.config, self.reach, only_head=limit is not None)

    def _streams(self) -> dict[str, list[Part]]:
        """The files of each stream, in order.

        Raises:
            Invalid: the path is not there or lies outside what may be read, or nothing in it fits.
        """
        root = self.reach.path(self.config.path)
        if not root.exists():
            raise Invalid(
                f"{self.config.path} does not exist.",
                fix="Check the path.",
                code="file_not_found",
                errors=[{"pointer": "/config/path", "message": "does not exist"}],
            )
        if root.is_file():
            return {_stem(root): [self._part(root, root.name)]}
        found = self._by_pattern(root) if self.config.streams else self._by_folder(root)
        if not found:
            raise Invalid(
                f"{self.config.path} holds no file that fits.",
                fix="Give the folder of CSV, JSON or Parquet files, or change pattern and format.",
                code="no_files",
                errors=[{"pointer": "/config/path", "message": "holds no file that fits"}],
            )
        return found

    def _by_pattern(self, root: Path) -> dict[str, list[Part]]:
        files = self._files(root)
        return {
            name: [part for part in files if _fits(part.name, pattern)] for name, pattern in self.config.streams.items()
        }

    def _by_folder(self, root: Path) -> dict[str, list[Part]]:
        found: dict[str, list[Part]] = {}
        files = self._files(root)
        stems = [_stem(part.path) for part in files if "/" not in part.name]
        folders = {part.name.partition("/")[0] for part in files if "/" in part.name}
        for part in files:
            folder, inside, _ = part.name.partition("/")
            stem = _stem(part.path)
            alone = part.name if stems.count(stem) > 1 or stem in folders else stem
            whole = root.name if "=" in folder else folder  # `year=2013` is a part of the whole, not a stream
            found.setdefault(whole if inside else alone, []).append(part)
        return found

    def _files(self, root: Path) -> list[Part]:
        from .file_source import Part

        parts = []
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            hidden = any(piece.startswith((".", "_")) for piece in name.split("/"))
            if hidden or not path.is_file() or (self.config.pattern and not _fits(name, self.config.pattern)):
                continue
            if self.config.format != "auto" or _format(path):
                real = self.reach.path(str(path))  # a link may lead out of what may be read
                parts.append(Part(path if self.reach.roots is None else real, name, self._format_of(path)))
        return parts

    def _part(self, path: Path, name: str) -> Part:
        from .file_source import Part

        return Part(path, name, self._format_of(path))

    def _format_of(self, path: Path) -> str:
        found = _format(path) if self.config.format == "auto" else self.config.format
        if found is None:
            raise Invalid(
                f"The format of {path.name} cannot be told from its name.",
                fix="Set format to csv, json or parquet.",
                code="format_unknown",
                errors=[{"pointer": "/config/format", "message": "cannot be told from the file's name"}],
            )
        return found


def _format(path: Path) -> str | None:
    ends = [end.lower() for end in path.suffixes]
    if ends and ends[-1] in COMPRESSED:
        ends.pop()
    return FORMATS.get(ends[-1]) if ends else None


def _stem(path: Path) -> str:
    name = path.name
    for end in (*COMPRESSED, *FORMATS):
        if name.lower().endswith(end) and len(name) > len(end):
            name = name[: -len(end)]
            if end not in COMPRESSED:
                break
    return name


def _fits(name: str, pattern: str) -> bool:
    """Whether a path below the folder matches: `*` stays within one folder and `**` goes through any number."""
    import re

    pieces = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]*\])", pattern)
    rules = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    regex = "".join(
        rules.get(piece) or (piece.replace("[!", "[^") if piece.startswith("[") else re.escape(piece))
        for piece in pieces
    )
    return re.fullmatch(regex, name) is not None
