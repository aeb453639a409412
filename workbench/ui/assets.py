"""The kit's scripts and styles, the pages' font, the documentation's pictures: read once, cacheable for ever."""

from __future__ import annotations

import gzip
import mimetypes
import threading
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path

from workbench.core import documentation

# What the machine's own table says differs between machines.
TYPES = {".js": "text/javascript", ".css": "text/css", ".woff": "font/woff", ".woff2": "font/woff2"}
COMPRESSIBLE = frozenset({".js", ".css", ".json", ".svg", ".map", ".html"})
# The extensions of Bokeh, and their packages; the last is for apps of people's, and no page of ours loads it.
KITS = {name: name.replace("-", "_") for name in ("panel", "panel-material-ui", "ipywidgets_bokeh")}
FONTS = Path(__file__).parent / "fonts"  # under the licence beside them
KEPT_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent; `packed` is its gzip form, where that is worth it."""

    body: bytes
    packed: bytes | None
    media_type: str
    tag: str

    def sent_to(self, accepted: str) -> tuple[bytes, dict[str, str]]:
        """What is sent to a browser that takes these encodings, and the headers that say what it is."""
        headers = {"Content-Type": self.media_type, "Vary": "Accept-Encoding"}
        if self.packed is None or "gzip" not in accepted:
            return self.body, headers
        return self.packed, headers | {"Content-Encoding": "gzip"}


class Assets:
    """Files below a few known folders, by the paths that pages use."""

    def __init__(self) -> None:
        self._found: dict[str, Asset] = {}
        self._kept = 0
        self._lock = threading.Lock()

    def get(self, path: str) -> Asset | None:
        """The file at a path such as `js/bokeh.min.js` or `extensions/panel/panel.min.js`; not for the event loop."""
        if path in self._found:
            return self._found[path]
        file = self._file(path)
        if file is None:
            return None
        body = file.read_bytes()
        packed = gzip.compress(body, 6, mtime=0) if file.suffix in COMPRESSIBLE else None
        media_type = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        asset = Asset(body, packed, media_type, blake2b(body, digest_size=12).hexdigest())
        with self._lock:
            if self._kept + len(body) <= KEPT_BYTES:
                self._found[path] = asset
                self._kept += len(body)
        return asset

    def _file(self, path: str) -> Path | None:
        root, rest = self._root(path)
        if root is None or not rest:
            return None
        root = root.resolve()
        try:
            file = (root / rest).resolve()
            return file if file.is_relative_to(root) and file.is_file() else None
        except (OSError, ValueError):  # no name of a file: too long, or with a NUL
            return None

    @staticmethod
    def _root(path: str) -> tuple[Path | None, str]:
        if path.startswith("docs/"):
            return documentation.folder() / "images", path.removeprefix("docs/")
        if path.startswith("fonts/"):
            return FONTS, path.removeprefix("fonts/")
        if not path.startswith("extensions/"):
            return _package("bokeh") / "server" / "static", path
        name, _, rest = path.removeprefix("extensions/").partition("/")
        return (_package(KITS[name]) / "dist", rest) if name in KITS else (None, rest)


@cache
def _package(name: str) -> Path:
    """Where a package is, which is not imported: the pages may be drawn in another process."""
    found = find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"{name} is not installed", name=name)
    return Path(found.submodule_search_locations[0])
