"""Pages for tests of the shell's host: small, and wrong on purpose."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from markupsafe import Markup

from workbench.core.errors import NotFound
from workbench.ui.pages import PageSpec

PLAIN = PageSpec("plain", "Plain", "home", "tests.factories.toy_pages:plain")
WHOLE = PageSpec("whole", "Whole", "home", "tests.factories.toy_pages:whole")
MANY = PageSpec("things/{id}", "One", "home", "tests.factories.toy_pages:about")
CLOSED = PageSpec("closed", "Closed", "home", "tests.factories.toy_pages:plain", "audit:read")
BROKEN = PageSpec("broken", "Broken", "home", "tests.factories.toy_pages:broken")
ASKING = PageSpec("asking", "Asking", "home", "tests.factories.toy_pages:asking")
PRYING = PageSpec("prying", "Prying", "home", "tests.factories.toy_pages:prying")
STUCK = PageSpec("stuck", "Stuck", "home", "tests.factories.toy_pages:stuck")
PAGES = (PLAIN, MANY, CLOSED, BROKEN, WHOLE, ASKING, PRYING, STUCK)


def plain(visit: Any) -> Any:
    """A page that says who sees it."""
    from workbench.ui.kit import pn

    return pn.pane.HTML(f"<p>{visit.person.name} in {visit.workspace}</p>")


def about(visit: Any) -> Any:
    """A page that says what it is about."""
    from workbench.ui.kit import pn
    from workbench.ui.shell import markup

    return pn.Column(markup(Markup("<p>about {}</p>").format(visit.subject)))


def whole(visit: Any) -> Any:
    """A page in the shell that all pages have, which follows something."""
    from workbench.ui.live import Live
    from workbench.ui.presence import Presence
    from workbench.ui.shell import markup, page

    said, presence = markup(), Presence()

    async def load() -> str:
        return str(visit.person.name)

    def show(reply: str) -> None:
        said.object = reply

    Live(presence, load, show, lambda _: None, lambda _: 0.5, "the whole page").start()
    return page(visit, said, presence=presence)


def asking(visit: Any) -> Any:
    """A page that says, as its refusal, what operations answer, a stream among them."""
    rows = visit.caller.stream("queries.run", sql="SELECT 1", limit=10).read_all().num_rows
    raise NotFound(f"{visit.caller.call('me.show').display_name} has {rows} rows.")


def prying(visit: Any) -> Any:
    """A page that says, as its refusal, its process's environment, and what comes of opening a file."""
    try:
        found = Path(visit.query["path"]).read_text()
    except OSError as error:
        found = type(error).__name__
    raise NotFound(f"Found {found} in {dict(os.environ)}.")


def stuck(visit: Any) -> Any:
    """A page that lets nothing else of its process go on."""
    time.sleep(float(visit.query["seconds"]))
    return plain(visit)


def broken(visit: Any) -> Any:
    """A page whose view fails."""
    raise RuntimeError(f"secret of {visit.person.name}")
