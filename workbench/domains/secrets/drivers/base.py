"""The port of stores that keep secrets elsewhere."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from workbench.core.errors import NotFound, Unavailable

ANSWER_SECONDS = 5.0


class SecretStore(ABC):
    """Reads secrets that somebody else keeps. Its errors name store and path, and never a value."""

    kind: ClassVar[str]

    @abstractmethod
    def read(self, path: str, field: str) -> str:
        """The value of a field of what is at a path.

        Raises:
            NotFound: there is no such path, or it has no such field.
            Unavailable: the store does not answer, or refuses the workbench.
        """

    def missing(self, path: str, field: str) -> NotFound:
        """The answer to a path or field that is not there."""
        return NotFound(
            f"The store {self.kind} has no {field!r} at {path}.",
            fix="Put it there, or correct the reference.",
            code="secret_not_in_store",
        )

    def refusing(self, path: str) -> Unavailable:
        """The answer of a store that does not let the workbench read a path."""
        return Unavailable(
            f"The store {self.kind} does not let the workbench read {path}.",
            fix="Grant it to the workbench there, or renew what the workbench signs in with.",
            code="secret_store_denied",
        )

    def silent(self, path: str, why: str) -> Unavailable:
        """The answer of a store that does not answer; `why` names the kind of failure only."""
        return Unavailable(
            f"The store {self.kind} cannot be asked for {path}: {why}.",
            fix="Check its address in the settings and that it runs.",
            code="secret_store_silent",
        )


def not_set_up(kind: str, fix: str) -> Unavailable:
    """The answer where a reference names a store that nobody set up."""
    return Unavailable(f"The store of secrets {kind} is not set up here.", fix=fix, code="secret_store_not_set_up")


def extra_missing(kind: str, extra: str) -> Unavailable:
    """The answer where a store's library is not installed."""
    return Unavailable(
        f"The store of secrets {kind} needs a library that is not installed.",
        fix=f'Install it: pip install "jupyter-workbench[{extra}]"',
        code="extra_missing",
    )
