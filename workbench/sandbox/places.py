"""What of the machine is seen inside, to read: the system's programs, Python, and what the settings add."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import workbench

ETC = Path(__file__).parent / "etc"
SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
# Of /etc only what programs need; people, hosts and the rest are those of a sandbox.
OF_ETC = ("alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "ssl/certs")
OWN_ETC = ("passwd", "group", "hosts", "nsswitch.conf")
MARKS = ("pyvenv.cfg", "conda-meta")


def system() -> Iterator[str]:
    """The arguments for /usr, /bin and the like, and for /etc."""
    yield from ("--ro-bind", "/usr", "/usr")
    for name in SYSTEM:
        place = Path("/", name)
        if place.is_symlink():
            yield from ("--symlink", str(place.readlink()), str(place))
        elif place.is_dir():
            yield from ("--ro-bind", str(place), str(place))
    for name in OF_ETC:
        yield from ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")
    for name in OWN_ETC:
        yield from ("--ro-bind", str(ETC / name), f"/etc/{name}")


def python(program: str) -> set[Path]:
    """The folders of this Python, of this package, and of the environment that a kernel's `program` is in."""
    folders = {Path(sys.prefix), Path(sys.base_prefix), Path(workbench.__file__).parent}
    return _reached(folders | set(_environment(Path(program))))


def _environment(program: Path) -> Iterator[Path]:
    """The virtual or conda environment of a program, and the Python that it was made from."""
    root = program.parent.parent
    if not program.is_absolute() or not any((root / mark).exists() for mark in MARKS):
        return
    yield root
    config = root / "pyvenv.cfg"
    lines = config.read_text().splitlines() if config.exists() else []
    for name, _, value in (line.partition("=") for line in lines):
        if name.strip() == "home" and value.strip():
            yield Path(value.strip()).parent


def _reached(folders: Iterable[Path]) -> set[Path]:
    """Folders by every name they are called by, without those that /usr holds."""
    named = {name for folder in folders for name in (folder, folder.resolve())}
    return {name for name in named if not name.is_relative_to("/usr") and name != Path("/")}


def outermost(folders: Iterable[Path]) -> list[Path]:
    """Folders without those that lie in others, in order."""
    found: list[Path] = []
    for folder in sorted(folders):
        if not any(folder.is_relative_to(other) for other in found):
            found.append(folder)
    return found
