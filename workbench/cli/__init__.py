"""The command line: `workbench DOMAIN VERB …` for every operation, and a few commands of its own.

command   what stands behind `workbench`: a noun with its verbs, or one of the special ones
index     the generated list of nouns and verbs, so that help needs no import
session   one command's home or server
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
from collections.abc import Sequence

from workbench.core.collecting import seldom
from workbench.core.errors import Invalid, WorkbenchError

from . import index, options, printing

SPECIAL = {
    "run": "run a pipeline or any notebook, with papermill's flags",
    "query": "SQL over the workspace's tables",
    "demo": "real data through real pipelines, or a notebook of yours; then the server and the browser",
    "serve": "the server of a team: JupyterLab, API and pages, for people who sign in",
    "init": "create a home, or make it a team's with its first account",
    "doctor": "say what is wrong here, and how to mend it",
    "config": "show the settings in force, and where each comes from",
    "db": "check or upgrade the metadata database",
    "openapi": "print the description of the API",
}
INTERRUPTED, BROKEN_PIPE = 130, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line; answers the exit code."""
    session = options.Session()
    _log()
    try:
        with seldom(), session:
            return _dispatch(session, list(sys.argv[1:] if argv is None else argv))
    except WorkbenchError as error:
        return printing.failure(error, as_json=session.json)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        printing.close_output()
        return BROKEN_PIPE
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except Exception as error:  # noqa: BLE001 - nobody should meet a traceback in a shell
        return printing.failure(printing.unexpected(error), as_json=session.json)


def _dispatch(session: options.Session, argv: list[str]) -> int:
    top = options.Parser("workbench", add_help=False)
    options.add_to(top)
    top.add_argument("-h", "--help", action="store_true")
    top.add_argument("--version", action="store_true")
    top.add_argument("command", nargs="?")
    top.add_argument("rest", nargs=argparse.REMAINDER)
    rest = session.take(top.parse_args(argv))
    command, arguments = rest["command"], rest["rest"]
    if rest["version"]:
        return _version()
    if command is None or rest["help"]:
        return printing.overview(SPECIAL)
    if command in SPECIAL:
        module = importlib.import_module(f"{__name__}.{'home' if command in _OF_THE_HOME else command}")
        code: int = getattr(module, command)(session, arguments)
        return code
    if command in index.domains():
        from . import operation

        return operation.run(session, command, arguments)
    raise _unknown(command, [*SPECIAL, *index.domains()])


_OF_THE_HOME = ("config", "db", "openapi", "doctor", "demo")


def _log() -> None:
    """Keep the log, which is for servers, out of the shell unless it is asked for."""
    if os.environ.get("WORKBENCH_DEBUG"):
        from workbench.core import logs

        logs.configure("DEBUG")
    else:
        logging.getLogger("workbench").addHandler(logging.NullHandler())


def _version() -> int:
    from workbench import __version__

    print(__version__)
    return 0


def _unknown(given: str, known: list[str]) -> Invalid:
    from workbench.core.guessing import hint

    fix = hint(given, known, otherwise="See `workbench --help`.")
    return Invalid(f"There is no command {given[:60]!r}.", fix=fix, code="usage")
