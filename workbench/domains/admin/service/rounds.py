"""The latest rounds of chores, in a file of the home: whichever process did one, all can tell."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from workbench.core.files import write_whole
from workbench.domains.admin.schemas import Round

KEPT = 10
ROUNDS = TypeAdapter(list[Round])
log = logging.getLogger(__name__)


def keep(home: Path, done: Round) -> None:
    """Write a round down; a full disk is no reason not to have done it."""
    with suppress(OSError):
        write_whole(_file(home), ROUNDS.dump_json([done, *latest(home)][:KEPT]))


def latest(home: Path) -> list[Round]:
    """The latest rounds, the newest first; none where nothing that can be read is on record."""
    try:
        return ROUNDS.validate_json(_file(home).read_bytes())
    except FileNotFoundError:
        return []
    except (OSError, ValidationError) as error:
        log.warning("the record of rounds cannot be read: %s", error)
        return []


def _file(home: Path) -> Path:
    return home / "housekeeping.json"
