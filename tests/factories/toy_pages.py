"""Pages for tests of the shell's host: small, and wrong on purpose."""

from __future__ import annotations

from typing import Any

from workbench.ui.pages import PageSpec

PLAIN = PageSpec("plain", "Plain", "home", "tests.factories.toy_pages:plain")
BROKEN = PageSpec("broken", "Broken", "home", "tests.factories.toy_pages:broken")


def plain(visit: Any) -> Any:
    """A page that says who sees it."""
    from workbench.ui.kit import pn

    return pn.pane.HTML(f"<p>{visit.user} in {visit.workspace}</p>")


def broken(visit: Any) -> Any:
    """A page whose view fails."""
    raise RuntimeError(f"secret of {visit.user}")
