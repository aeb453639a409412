"""`workbench init`: creates a home, or makes it a team's with its first account."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from . import options, printing

PASSWORD = "WORKBENCH_ADMIN_PASSWORD"  # noqa: S105 - the variable's name


def init(session: options.Session, argv: Sequence[str]) -> int:
    """Create a home, or say that it is there; with an address, make it a team's."""
    from workbench.migrations import current

    parser = options.Parser(
        "workbench init",
        description="Create a home: its database and its keys. Using one creates it just as well. With --admin-email it"
        f" becomes a team's, with a first account whose password is {PASSWORD}, or is made up and shown once.",
    )
    parser.add_argument("--admin-email", metavar="E", help="make it a team's home, with this person as its first admin")
    options.add_to(parser)
    asked = session.take(parser.parse_args(list(argv)))
    path = session.settings.home
    fresh = not (path / "workbench.db").exists() if not session.settings.database_url else not path.exists()
    workbench = session.workbench
    found = {"home": str(path), "created": fresh, "revision": current(workbench.database)}
    if asked["admin_email"] is not None:
        found |= _make_team(session, asked["admin_email"])
    if session.json:
        printing.document(found)
        return 0
    print(f"{'Created' if fresh else 'Found'} the home {path}.")
    if "admin" not in found:
        print("Next: `workbench demo`, or `workbench run NOTEBOOK`, or `jupyter lab`.")
        return 0
    print(f"It is a team's now, and {found['admin']} its first admin.")
    if "password" in found:
        print(f"Her password, shown this once: {found['password']}")
    print(f"Next: `workbench --home {shlex.quote(str(path))} serve`, and sign in.")
    return 0


def _make_team(session: options.Session, email: str) -> dict[str, str]:
    from workbench.domains.access import service

    given = os.environ.get(PASSWORD)
    password = given or service.generated()
    user = service.add_first(session.workbench, email, password)
    declare_team(session.settings.home / "config.toml")
    return {"admin": user.name} | ({} if given else {"password": password})


def declare_team(path: Path) -> None:
    """Write `team = true` into a home's config.toml, whatever else is in it."""
    before = path.read_text() if path.exists() else ""
    kept = re.sub(r"(?m)^[ \t]*team[ \t]*=.*\n?", "", before)
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w") as file:
        file.write(f"team = true\n{kept}")
    draft.replace(path)
