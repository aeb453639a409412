"""What core knows of secrets: who keeps them, and how to keep them out of what is written down."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote
from uuid import UUID

from sqlalchemy.orm import Session

HIDDEN = "***"
SENSITIVE = re.compile(
    r"passw|passphrase|\bpass\b|pwd|secret|token|api[-_ ]?key|private[-_ ]?key|access[-_ ]?key|account[-_ ]?key"
    r"|sas[-_ ]?key|authori[sz]ation|credential|cookie|bearer|dsn|connection[-_ ]?string|signature",
    re.IGNORECASE,
)
LONGEST_TEXT = 8_000
SHORTEST_KNOWN = 8
MOST_KNOWN = 500
_OVERLAP = 2_000  # a secret that is cut in two would not be recognised
_NAMES = r"[\w-]{0,40}(?:passw(?:or)?d|passphrase|pwd|secret|token|api[-_]?key|signature)[\w-]{0,40}"
# Repetitions are bounded, so that no text takes more than linear time.
_MASKS = (
    (re.compile(r"wb([trs])_[A-Za-z0-9_-]{6,}"), r"wb\1_" + HIDDEN),
    (re.compile(r"(/served/)[A-Za-z0-9_-]{32,}"), rf"\1{HIDDEN}"),  # the address of an app is its key
    (re.compile(r"\b([a-z][a-z0-9+.-]{0,30}://)[^\s\"'<>]{0,500}@", re.IGNORECASE), rf"\1{HIDDEN}@"),
    (re.compile(r"\b(bearer|basic)\s{1,9}[A-Za-z0-9._~+/-]{6,}={0,2}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{4,}(\.[A-Za-z0-9_-]*)?"), HIDDEN),
    (re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(-----END|\Z)", re.DOTALL), HIDDEN),
    (re.compile(rf"(?<![\w-])({_NAMES}=)[^&;\s'\"]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(rf"([\"']{_NAMES}[\"']\s{{0,9}}[:=]\s{{0,9}})(\"[^\"]*\"|'[^']*')", re.IGNORECASE), rf"\1\"{HIDDEN}\""),
)


@dataclass(frozen=True, slots=True)
class Held:
    """A secret: its `value`, or the `reference` to another store; `previous` is the value before, while it counts."""

    value: str | None
    reference: str | None = None
    previous: str | None = None

    def __repr__(self) -> str:
        return f"Held({HIDDEN})"


class Vault(Protocol):
    """Keeps secrets; each is the value of one field of one object of one workspace."""

    def put(
        self, db: Session, *, workspace_id: UUID, object_id: UUID, field: str, value: str,
        keep_until: datetime | None = None,
    ) -> None:  # fmt: skip
        """Set or replace a secret; with `keep_until` the value before counts until then, without it no longer."""
        ...

    def refer(self, db: Session, *, workspace_id: UUID, object_id: UUID, field: str, reference: str) -> None:
        """Have another store keep a secret from now on."""
        ...

    def get(self, db: Session, *, workspace_id: UUID, object_id: UUID, field: str) -> str | None:
        """The secret, or None where none is set here.

        Raises:
            Unavailable: the key that opens it is missing or another.
        """
        ...

    def held(self, db: Session, *, workspace_id: UUID, object_id: UUID) -> dict[str, Held]:
        """The secrets of an object by field.

        Raises:
            Unavailable: the key that opens one is missing or another.
        """
        ...

    def fields(self, db: Session, *, workspace_id: UUID, object_id: UUID) -> dict[str, str | None]:
        """The fields of an object that are set, with the reference where another store keeps one.

        None is opened, so no key is needed.
        """
        ...

    def remove(self, db: Session, *, workspace_id: UUID, object_id: UUID, field: str) -> None:
        """Forget a secret, if it is set; no key is needed."""
        ...

    def retire(self, db: Session, *, workspace_id: UUID, object_id: UUID, field: str) -> bool:
        """Forget the value before the present one at once; whether there was one."""
        ...

    def delete(self, db: Session, *, workspace_id: UUID, object_id: UUID) -> None:
        """Forget all secrets of an object."""
        ...


class Known:
    """Secret values that this process opened, so that they are recognised wherever they turn up.

    Of a value of fewer than 8 characters nothing is known: it would be found in texts that have nothing to do with it.
    """

    def __init__(self) -> None:
        self._forms: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, value: str) -> None:
        """Know a value from now on; of very many, those that were opened longest ago are forgotten."""
        if len(value.strip()) < SHORTEST_KNOWN:
            return
        with self._lock:
            self._forms[value] = self._forms.pop(value, ()) or _forms(value)
            while len(self._forms) > MOST_KNOWN:
                self._forms.popitem(last=False)

    def hide(self, text: str) -> str:
        """`text` without the values, plain, or as JSON, a URL or base64 would write them."""
        with self._lock:
            forms = [form for several in self._forms.values() for form in several]
        found = [form for form in forms if form in text]
        for form in sorted(found, key=len, reverse=True):
            text = text.replace(form, HIDDEN)
        return text

    def __repr__(self) -> str:
        return f"Known({len(self._forms)} values)"


def _forms(value: str) -> tuple[str, ...]:
    raw = value.encode("utf-8", "surrogateescape")
    lines = [line.strip() for line in value.splitlines()] if "\n" in value else []
    coded = (base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode(), quote(raw, safe=""), raw.hex())
    escaped = (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1])
    long_lines = (line for line in lines if len(line) >= 2 * SHORTEST_KNOWN)
    return tuple(dict.fromkeys([value, value.strip(), *escaped, *coded, *long_lines]))


KNOWN = Known()


def know(value: str) -> str:
    """The value, which this process hides wherever it writes something down from now on."""
    KNOWN.add(value)
    return value


def mask(text: str) -> str:
    """`text` with secrets that this process opened, tokens, keys and the credentials within URLs hidden."""
    text = KNOWN.hide(text)
    for pattern, replacement in _MASKS:
        text = pattern.sub(replacement, text)
    return text


def redact(obj: Any, secret_fields: Collection[str] = (), depth: int = 24) -> Any:
    """A copy of `obj` (JSON-like) that may be written to a log or the audit trail.

    Values of `secret_fields` and of keys that sound like secrets become `***`, whatever they hold;
    within all other text, tokens and credentials are masked. It is a net, not the wall: secrets should not come here.
    What lies deeper than `depth` becomes `…`, and so does the rest of a text beyond 8,000 characters.
    """
    if isinstance(obj, str):
        return _text(obj)
    if isinstance(obj, bytes | bytearray | memoryview):
        return f"<{len(obj)} bytes>"
    if not isinstance(obj, Mapping | list | tuple | set | frozenset):
        return obj
    if depth <= 0:
        return "…"
    if isinstance(obj, Mapping):
        return {_text(str(key)): _value(str(key), value, secret_fields, depth - 1) for key, value in obj.items()}
    return [redact(item, secret_fields, depth - 1) for item in obj]


def _text(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return mask(text)
    return mask(text[: LONGEST_TEXT + _OVERLAP])[:LONGEST_TEXT] + "…"


def _value(key: str, value: Any, secret_fields: Collection[str], depth: int) -> Any:
    if key in secret_fields or SENSITIVE.search(key):  # that there is none, or a mere flag, gives nothing away
        return value if value is None or isinstance(value, bool) else HIDDEN
    return redact(value, secret_fields, depth)
