"""What somebody makes on a page before it is saved: each step can be taken back, and nobody's work is overwritten."""

from __future__ import annotations

from typing import Generic, TypeVar

from workbench.core.errors import Conflict

from .languages import mark, tr
from .parts import NOTHING, Content, status

MOST_STEPS = 50
UNAPPLIED = mark("Drop what you changed in the form and did not apply?")
Document = TypeVar("Document")


class Draft(Generic[Document]):
    """A document of one visit's own; `etag` is that of the thing when the document was taken from it."""

    def __init__(self) -> None:
        self._now: Document | None = None
        self._saved: Document | None = None
        self._before: list[Document] = []
        self._etag = 0

    @property
    def now(self) -> Document:
        """The document as it is; `begin` comes first."""
        assert self._now is not None
        return self._now

    @property
    def begun(self) -> bool:
        """Whether there is one."""
        return self._now is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._before)

    @property
    def unsaved(self) -> bool:
        """Whether it has become another than the one that is saved."""
        return self._now is not None and self._now != self._saved

    @property
    def state(self) -> Content:
        """What is said beside its title."""
        return status("warning", tr("not saved")) if self.unsaved else NOTHING

    def begin(self, document: Document, etag: int) -> None:
        """Take a document as it is saved."""
        self._now = self._saved = document
        self._etag = etag

    def change(self, document: Document) -> None:
        """Go a step on."""
        if document != self._now:
            self._before = [*self._before[-MOST_STEPS:], self.now]
            self._now = document

    def undo(self) -> None:
        """Take a step back."""
        if self._before:
            self._now = self._before.pop()

    def keep(self, etag: int) -> None:
        """The document is what is saved now."""
        self._saved, self._etag = self._now, etag

    def seen(self, etag: int) -> None:
        """The thing changed in something else than its document."""
        self._etag = etag

    def drop(self) -> None:
        """Forget it and its steps."""
        self._now, self._before = None, []

    def check(self, etag: int) -> None:
        """Refuse to go on where somebody else changed the thing.

        Raises:
            Conflict: somebody did.
        """
        check_unchanged(self._etag, etag)


def check_unchanged(before: int, now: int) -> None:
    """Refuse to save over what somebody else saved since; both are etags of the thing.

    Raises:
        Conflict: somebody did.
    """
    if now != before:
        raise Conflict(
            "Somebody else changed this while you did.",
            fix="Open it again in another window, and repeat there what you changed.",
        )
