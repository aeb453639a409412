"""Commands about the home, the installation and the API as a whole."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from workbench.core.errors import Invalid
from workbench.display import clean

from . import options, printing

SIGNS = {"ok": "●", "info": "·", "warning": "▲", "error": "■"}


def _parsed(
    session: options.Session,
    prog: str,
    argv: Sequence[str],
    add: Callable[[argparse.ArgumentParser], None] | None,
    about: str,
) -> dict[str, Any]:
    parser = options.Parser(f"workbench {prog}", description=about)
    if add is not None:
        add(parser)
    options.add_to(parser)
    return session.take(parser.parse_args(argv))


def doctor(session: options.Session, argv: Sequence[str]) -> int:
    """Say what is wrong; exits with 1 where something does not work."""
    from workbench import doctor as doctors

    _parsed(session, "doctor", argv, None, "Say what is wrong with this installation and home, and how to mend it.")
    findings = doctors.examine(session.settings)
    failed = any(finding.level is doctors.Level.ERROR for finding in findings)
    if session.json:
        printing.document({"ok": not failed, "findings": [finding.as_dict() for finding in findings]})
        return int(failed)
    for finding in findings:
        print(f"{SIGNS[finding.level]} {finding.name:<18}{clean(finding.detail)}")
        if finding.fix:
            print(f"  {'':<18}{clean(finding.fix)}")
    print(_verdict([finding.level for finding in findings]), file=sys.stderr)
    return int(failed)


def _verdict(levels: Sequence[str]) -> str:
    counted = [(levels.count(level), level) for level in ("error", "warning")]
    said = ", ".join(f"{number} {level}{'s' if number > 1 else ''}" for number, level in counted if number)
    return f"{said}." if said else "All is well."


def config(session: options.Session, argv: Sequence[str]) -> int:
    """Show the settings in force."""
    from workbench.core.settings import told

    def add(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("verb", choices=["show"])
        parser.add_argument("--origin", action="store_true", help="show where each value comes from")

    asked = _parsed(session, "config", argv, add, "Show the settings in force.")
    rows = [{"setting": row.pop("name"), **row} for row in told(session.settings)]
    if not asked["origin"]:
        rows = [{name: value for name, value in row.items() if name != "origin"} for row in rows]
    if session.json:
        printing.document({str(row.pop("setting")): row for row in rows})
    else:
        printing.table(rows)
    return 0


def db(session: options.Session, argv: Sequence[str]) -> int:
    """Check or upgrade the metadata database."""

    def add(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("verb", choices=["check", "upgrade"])

    asked = _parsed(session, "db", argv, add, "Check the metadata database, or upgrade it after a backup.")
    if session.server:
        raise Invalid("This command works on a home, not on a server.", fix="Leave --server out.", code="usage")
    return _upgrade(session) if asked["verb"] == "upgrade" else _check(session)


def _upgrade(session: options.Session) -> int:
    from workbench.core.db import Database
    from workbench.migrations import current

    database = Database(session.settings.metadata_url)
    there = not database.is_sqlite or Path(str(database.url.database)).exists()
    before = current(database) if there else None
    database.close()
    after = current(session.workbench.database)
    if session.json:
        printing.document({"before": before, "after": after})
    else:
        print(f"The database is at revision {after}" + (" already." if before == after else f"; it was at {before}."))
    return 0


def _check(session: options.Session) -> int:
    from workbench.doctor import house
    from workbench.doctor.findings import looked_at

    settings = session.settings
    findings = [*looked_at("database", lambda: house.database(settings, None))]
    findings += looked_at("integrity", lambda: house.integrity(settings))
    failed = any(finding.level == "error" for finding in findings)
    if session.json:
        printing.document({"ok": not failed, "findings": [finding.as_dict() for finding in findings]})
    else:
        for finding in findings:
            print(f"{SIGNS[finding.level]} {finding.name:<18}{clean(finding.detail)}")
            if finding.fix:
                print(f"  {'':<18}{clean(finding.fix)}")
    return int(failed)


def openapi(session: options.Session, argv: Sequence[str]) -> int:
    """Print the OpenAPI document."""
    from workbench import __version__
    from workbench.core.openapi import openapi as described
    from workbench.core.operations import registry

    _parsed(session, "openapi", argv, None, "Print the description of the API (OpenAPI 3.1).")
    printing.document(described(registry.discover(), __version__))
    return 0


def demo(session: options.Session, argv: Sequence[str]) -> int:
    """Run the demo, or a notebook of one's own in its place."""
    from workbench.demo import carry_out, own

    def add(parser: argparse.ArgumentParser) -> None:
        yours = "a notebook of yours: it becomes a form, an API call and a live page"
        parser.add_argument("notebook", metavar="NOTEBOOK", nargs="?", help=yours)
        parser.add_argument("--exit", action="store_true", help="stop after the runs")
        parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
        free = "the server's port; else the first free one from 8888 on"
        parser.add_argument("--port", type=int, metavar="N", help=free)

    about = "Real data through real pipelines, or a notebook of yours; then the server and the browser."
    asked = _parsed(session, "demo", argv, add, about)
    how = {"port": asked["port"], "serve": not asked["exit"], "browser": not asked["no_browser"]}
    if asked["notebook"] is not None:
        return own.carry_out(session.settings, Path(asked["notebook"]), **how)
    return carry_out(session.settings, **how)
