"""What of this machine and its network a driver may touch; in personal mode whatever its user may."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from workbench.core.errors import Invalid, Unavailable
from workbench.core.files import open_beneath

# Unicast addresses of the IPv6 internet; those that carry an IPv4 address within are judged by that, or refused.
_GLOBAL6 = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
_TUNNELS = (ip_network("2002::/16"), ip_network("2001::/32"))
_SERVICES = frozenset({ip_address("168.63.129.16")})  # a cloud's own, though it looks public


@dataclass(frozen=True)
class Network:
    """Which hosts may be reached: any, or, where `allowed` is not None, public ones and those named there.

    A host is resolved once and its addresses are judged; who connects uses these and asks nobody again, so a name that
    changes its mind in between leads nowhere else.
    """

    allowed: tuple[str, ...] | None = None
    _known: dict[tuple[str, int], list[str]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def open(self) -> bool:
        """Whether every host may be reached."""
        return self.allowed is None

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host, all of which may be reached.

        Raises:
            Invalid: one of them may not be reached.
            Unavailable: there is no such host.
        """
        place = (host.casefold().rstrip("."), port)
        if place not in self._known:
            self._known[place] = self._judged(host, port)
        return self._known[place]

    def _judged(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Unavailable(
                f"There is no host called {host!r}.", fix="Correct its name.", code="host_unknown"
            ) from None
        addresses = list(dict.fromkeys(str(item[4][0]) for item in found))
        if not all(self._allows(host, address) for address in addresses):
            raise Invalid(
                f"{host} is within this machine or its network, which connectors may not reach here.",
                fix="Use a public host, or have an admin name this one in the setting connector_hosts.",
                code="address_not_allowed",
            )
        return addresses

    def _allows(self, host: str, address: str) -> bool:
        if self.allowed is None:
            return True
        ip = ip_address(address.partition("%")[0])
        inner = getattr(ip, "ipv4_mapped", None) or ip
        return any(_covers(entry, host, inner) for entry in self.allowed) or is_public(inner)


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the public internet, whatever it is wrapped in."""
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(ip.ipv4_mapped)
        if ip in _NAT64:
            return is_public(IPv4Address(int(ip) & 0xFFFFFFFF))
        return ip in _GLOBAL6 and ip.is_global and not any(ip in tunnel for tunnel in _TUNNELS)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and ip not in _SERVICES


def _covers(entry: str, host: str, ip: IPv4Address | IPv6Address) -> bool:
    """Whether a host's name, an address or a network covers a host of this address."""
    try:
        return ip in ip_network(entry, strict=False)
    except ValueError:
        return entry.casefold().rstrip(".") == host.casefold().rstrip(".")


@dataclass(frozen=True)
class Reach:
    """What a driver may touch: any path, or only what lies within `roots`; and the hosts of `network`."""

    roots: tuple[Path, ...] | None = None
    network: Network = field(default_factory=Network)

    def path(self, text: str, pointer: str = "/config/path") -> Path:
        """The path that a config names at `pointer`, resolved.

        Raises:
            Invalid: it lies outside the roots; whether it exists is not said.
        """
        resolved = Path(text).expanduser().resolve()
        if self.roots is not None and not any(resolved.is_relative_to(root) for root in self.roots):
            raise self._outside(text, pointer)
        return resolved

    @contextmanager
    def holding(self, path: Path, name: str) -> Iterator[Path]:
        """A file that `path` answered, where nobody can turn its path elsewhere while it is read.

        Somebody who may write to the folder could put a link in the place of what was just judged. So the file is
        opened once, by following no link, and read through what was opened; the path to that ends in `name`. Where
        every path may be read it is the file's own.

        Raises:
            Invalid: it leads elsewhere by now.
        """
        if self.roots is None:
            yield path
            return
        with self._opened(path) as file, TemporaryDirectory(prefix="workbench-") as folder:
            link = Path(folder) / name
            link.symlink_to(f"/proc/self/fd/{file.fileno()}")
            yield link

    @contextmanager
    def linking(self, path: Path) -> Iterator[Path]:
        """Like `holding`, for readers that resolve links by themselves: a name of its own for the same file.

        Raises:
            Invalid: it leads elsewhere by now, or cannot be given another name.
        """
        if self.roots is None:
            yield path
            return
        beside = self._root_of(path).parent
        with ExitStack() as stack:
            try:
                file = stack.enter_context(self._opened(path))
                link = Path(stack.enter_context(TemporaryDirectory(prefix=".reading-", dir=beside))) / path.name
                # Only with a folder given does Python follow the link that stands for the open file.
                os.link(f"/proc/self/fd/{file.fileno()}", link, src_dir_fd=file.fileno(), follow_symlinks=True)
            except OSError as error:
                raise Invalid(
                    f"{path.name} cannot be read safely here: {error.strerror}.",
                    fix=f"Have the server's user own the file, and be able to write to {beside}.",
                    code="file_unreadable",
                ) from None
            yield link

    def _opened(self, path: Path) -> BinaryIO:
        root = self._root_of(path)
        try:
            return open_beneath(root, path.relative_to(root))
        except OSError:
            raise self._outside(path.name, "/config/path") from None

    def _root_of(self, path: Path) -> Path:
        root = next(root for root in self.roots or () if path.is_relative_to(root))
        return root if root != path else root.parent

    def _outside(self, text: str, pointer: str) -> Invalid:
        return Invalid(
            f"{text} lies outside the folders that connectors may read here.",
            fix=f"Choose a path within {', '.join(map(str, self.roots or ())) or 'a folder that an admin allows'};"
            " a relative one begins in the workspace's folder.",
            code="path_not_allowed",
            errors=[{"pointer": pointer, "message": "not within an allowed folder"}],
        )
