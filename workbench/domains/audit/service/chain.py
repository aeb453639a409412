"""Writes the chain of audit records, and finds where it was tampered with."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Text, insert, select, type_coerce
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.errors import Conflict
from workbench.core.journal import AuditEntry
from workbench.core.secrets import redact
from workbench.domains.audit.models import AuditRecord

GENESIS = "0" * 64
DETAIL_CHARACTERS = 16_000
HEADS_FILE = "audit-heads.log"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_TEXTS = {
    "principal": 200,
    "on_behalf_of": 200,
    "operation": 80,
    "target_type": 80,
    "target_id": 200,
    "outcome": 10,
    "correlation_id": 64,
    "surface": 20,
}
_HASHED = ("previous_hash", "sequence", "at", "workspace_id", "user_id", *_TEXTS, "detail")


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends; sequence 0 when it is empty."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"

    @staticmethod
    def of(text: str) -> Head:
        """The head written as `sequence:hash`."""
        sequence, _, digest = text.partition(":")
        return Head(int(sequence), digest)


class Trail:
    """The audit sink: a chain in the order of commits."""

    def append(self, db: Session, entries: Sequence[AuditEntry]) -> None:
        """Write entries behind the last one; the caller holds the journal lock, so the order is that of commits."""
        last = head(db)
        rows = []
        for sequence, entry in enumerate(entries, last.sequence + 1):
            texts = [_clean(getattr(entry, name), width) for name, width in _TEXTS.items()]
            ids = (entry.workspace_id, entry.user_id)
            hashed: list[Any] = [last.hash, sequence, entry.at, *ids, *texts, detail_text(entry.detail)]
            last = Head(sequence, _digest(*hashed))
            rows.append(dict(zip(_HASHED, hashed, strict=True)) | {"hash": last.hash})
        db.execute(insert(AuditRecord), rows)


def head(db: Session) -> Head:
    """The sequence and hash of the newest record."""
    newest = select(AuditRecord.sequence, AuditRecord.hash).order_by(AuditRecord.sequence.desc()).limit(1)
    found = db.execute(newest).one_or_none()
    return Head(*found) if found else Head(0, GENESIS)


def detail_text(detail: Mapping[str, Any]) -> str:
    """What is stored and hashed of an entry's detail: redacted, canonical, ASCII, and of bounded length."""
    text = _canonical(_plain(redact(detail)))
    if len(text) > DETAIL_CHARACTERS:
        text = _canonical({"truncated": len(text), "start": text[: DETAIL_CHARACTERS // 4]})
    return text


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {_clean(key): _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case int() if value.bit_length() >= 64:  # Python refuses to print thousands of digits
            return f"<integer of {value.bit_length()} bits>"
        case bool() | int() | None:
            return value
        case float() if math.isfinite(value):
            return value
    return _clean(str(value))


def _clean(text: str | None, width: int | None = None) -> str | None:
    """Text that every database takes: no lone surrogates, no NUL, no longer than its column."""
    if text is None:
        return None
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")[:width]


def _digest(
    previous: str, sequence: int, at: datetime, workspace: UUID | None, user: UUID | None, *texts: str | None
) -> str:
    moment = (at - _EPOCH) // _MICROSECOND  # the same whatever the zone in which a database answers
    where = f'"{workspace.hex}"' if workspace else "null"
    rest = ",".join(["null" if text is None else encode_basestring_ascii(text) for text in texts])
    rest += f',"{user.hex}"' if user else ""  # last, and only where there is one: older records have none
    # A JSON array, put together by hand: three times as fast as the encoder, and a chain has millions of records.
    return hashlib.sha256(f'["{previous}",{sequence},{moment},{where},{rest}]'.encode("ascii")).hexdigest()


def verify(db: Session, heads: Iterable[Head] = ()) -> Head:
    """Read the whole chain in order, compare it with exported heads, and answer where it ends; O(n), constant memory.

    Raises:
        Conflict: a record was changed, is missing or stands in another order, or the end was cut off or made anew;
            `params["sequence"]` is the first record that is wrong.
    """
    exported: dict[int, set[str]] = {}
    for known in heads:
        exported.setdefault(known.sequence, set()).add(known.hash)
    last = Head(0, GENESIS)
    record = AuditRecord.__table__.c
    columns = [type_coerce(record.detail, Text) if name == "detail" else record[name] for name in _HASHED]
    query = select(record.hash, *columns).order_by(record.sequence)
    with closing(db.execute(query.execution_options(yield_per=2000))) as rows:
        for stored, *hashed in rows:
            last = _next(last, stored, hashed, exported)
    if cut := [sequence for sequence in exported if sequence > last.sequence]:
        raise _broken(last.sequence + 1, f"is missing, and all after it; a head was exported of record {max(cut)}")
    return last


def _next(last: Head, stored: str, hashed: list[Any], exported: Mapping[int, set[str]]) -> Head:
    """The head after the record that follows `last`."""
    previous, sequence = hashed[:2]
    if sequence != last.sequence + 1:
        raise _broken(last.sequence + 1, "is missing")
    if previous != last.hash:
        raise _broken(sequence, "does not follow the one before it; one of the two was changed or moved")
    if _digest(*hashed) != stored:
        raise _broken(sequence, "was changed")
    if sequence in exported and exported[sequence] != {stored}:
        raise _broken(sequence, "is not the one of which the head was exported; the chain was made anew")
    return Head(sequence, stored)


def _broken(sequence: int, what: str) -> Conflict:
    return Conflict(
        f"The audit trail was tampered with: record {sequence} {what}.",
        fix="Keep the database as it is for whoever investigates, and compare it with a backup.",
        code="audit_chain_broken",
        sequence=sequence,
    )


def export_head(db: Session, folder: Path) -> Head:
    """Add the chain's head to the file of heads in `folder`, unless its last line says the same already."""
    newest = head(db)
    path = folder / HEADS_FILE
    if newest.sequence and read_heads(folder)[-1:] != [newest]:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{now().isoformat(timespec='seconds')} {newest}\n")
            file.flush()
            os.fsync(file.fileno())
    return newest


def read_heads(folder: Path) -> list[Head]:
    """The heads that were exported to `folder`; a line that a crash cut short is passed over."""
    path = folder / HEADS_FILE
    if not path.exists():
        return []
    words = [line.split(" ") for line in path.read_text().split("\n")[:-1]]
    return [Head.of(pair[1]) for pair in words if len(pair) == 2 and len(pair[1].partition(":")[2]) == len(GENESIS)]
