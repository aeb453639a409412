"""What a request carries: JSON held in memory, or an Arrow stream spooled to disk; both bounded."""

from __future__ import annotations

import asyncio
import errno
import math
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from workbench.core.errors import Invalid, Malformed, TooLarge, Unavailable, UnsupportedMedia

if TYPE_CHECKING:
    from tornado.httputil import HTTPServerRequest

    from workbench.core.operations import Operation
    from workbench.core.settings import Settings

JSON_TYPES = ("application/json", "application/merge-patch+json")
ARROW_TYPES = ("application/vnd.apache.arrow.stream", "application/octet-stream")
HELD_BYTES = 1024 * 1024
READ_BYTES = 1024 * 1024
UNKNOWN_BYTES = 1024 * 1024  # of a body whose sender nobody knows yet
PASSED_BYTES = 64 * 1024  # a body that is refused is read all the same while it is this small
PASSED_OVER = frozenset({"token", "_xsrf", "no_track_activity"})  # Jupyter's own, in a query
_HUGE = re.compile(rb"[eE]\+?\d{3}")


def too_much(request: HTTPServerRequest) -> bool:
    """Whether a body is announced that nobody should read in vain."""
    return "Transfer-Encoding" in request.headers or announced(request) > PASSED_BYTES


def announced(request: HTTPServerRequest) -> int:
    """How many bytes a request says its body has."""
    size = request.headers.get("Content-Length") or "0"
    return int(size) if size.isascii() and size.isdigit() else 0


@dataclass(frozen=True, slots=True)
class Limit:
    """How many bytes are taken, and the setting that says so, where one does."""

    size: int
    setting: str = ""


class JsonBody:
    """The fields of a JSON object."""

    def __init__(self, limit: Limit) -> None:
        self._limit, self._data = limit, bytearray()

    async def add(self, chunk: bytes) -> None:
        """Take the next bytes.

        Raises:
            TooLarge: there are more than allowed.
        """
        if len(self._data) + len(chunk) > self._limit.size:
            raise too_large(self._limit)
        self._data += chunk

    def fields(self) -> dict[str, Any]:
        """What the object says.

        Raises:
            Malformed: it is not JSON, or says more than JSON can.
        """
        data = bytes(self._data)
        return parse(data) if data.strip() else {}

    def close(self) -> None:
        """Let go of the bytes."""
        self._data.clear()


class Spool:
    """An Arrow stream, written to an unnamed file of the home while it comes."""

    def __init__(self, limit: Limit, folder: Path) -> None:
        self._limit, self._size, self._held = limit, 0, bytearray()
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - lives as long as the request

    async def add(self, chunk: bytes) -> None:
        """Take the next bytes; who sends waits for the disk.

        Raises:
            TooLarge: there are more than allowed.
            Unavailable: the disk is full.
        """
        self._size += len(chunk)
        if self._size > self._limit.size:
            raise too_large(self._limit)
        self._held += chunk
        if len(self._held) >= HELD_BYTES:
            await asyncio.get_running_loop().run_in_executor(None, self._write)

    def reader(self) -> Any:
        """The batches, as a pyarrow.RecordBatchReader."""
        from workbench.broker import ipc

        self._write()
        self._file.seek(0)
        return ipc.reader(self._chunks(), untrusted=True)

    def close(self) -> None:
        """Forget what was spooled."""
        self._file.close()

    def _write(self) -> None:
        try:
            self._file.write(self._held)
            self._file.flush()
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            full = Unavailable("The disk is full.", fix="Free some space; nothing was stored.", code="disk_full")
            raise full from error
        self._held.clear()

    def _chunks(self) -> Iterator[bytes]:
        while chunk := self._file.read(READ_BYTES):
            yield chunk


Body = JsonBody | Spool


def may_be_long(op: Operation, request: HTTPServerRequest) -> bool:
    """Whether a body is so long that only of somebody who may ask is it taken."""
    return op.takes == "arrow" or "Transfer-Encoding" in request.headers or announced(request) > UNKNOWN_BYTES


def limit_of(op: Operation, settings: Settings, *, known: bool) -> Limit:
    """How many bytes an operation takes: of somebody unknown, who signs in for instance, a few."""
    if op.takes == "arrow":
        return Limit(settings.stream_bytes, "stream_bytes")
    if not known and settings.body_bytes > UNKNOWN_BYTES:
        return Limit(UNKNOWN_BYTES)
    return Limit(settings.body_bytes, "body_bytes")


def expect(op: Operation, headers: Mapping[str, str], limit: Limit, folder: Path) -> Body | None:
    """What takes the body of a request, None where none is expected; what is long is kept in a folder.

    Raises:
        UnsupportedMedia: it is of another type than the operation takes.
        TooLarge: it says itself that it is larger than allowed.
    """
    size = int(headers.get("Content-Length") or 0)
    coming = size > 0 or "Transfer-Encoding" in headers
    wanted = ARROW_TYPES if op.takes == "arrow" else JSON_TYPES if op.has_json_body else ()
    if coming and not wanted:
        raise Malformed(f"{op.method} takes no body here.", fix="Put the fields into the query.")
    if coming:
        _understood(headers, wanted)
    if size > limit.size:
        raise too_large(limit)
    if op.takes == "arrow":
        return Spool(limit, folder)
    return JsonBody(limit) if wanted else None


def _understood(headers: Mapping[str, str], wanted: tuple[str, ...]) -> None:
    if encoding := headers.get("Content-Encoding", "identity").strip().lower().replace("identity", ""):
        raise UnsupportedMedia(f"A body encoded as {encoding[:40]!r} is not understood.", fix="Send it as it is.")
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in wanted:
        given = f"of type {kind[:100]!r}" if kind else "without a type"
        raise UnsupportedMedia(f"A body {given} is not understood.", fix=f"Send it as Content-Type: {wanted[0]}.")


def too_large(limit: Limit) -> TooLarge:
    """The answer to more bytes than allowed."""
    raised = f", or have `{limit.setting}` raised, where the server is set up" if limit.setting else ""
    return TooLarge(f"The body has more than {limit.size} bytes.", fix=f"Send less at once{raised}.", limit=limit.size)


def parse(data: bytes) -> dict[str, Any]:
    """The JSON object in `data`: no NaN, no infinity, no lone surrogates, at most 200 levels deep.

    Raises:
        Malformed: it is something else; the text says at which line and column.
    """
    from pydantic_core import from_json

    try:
        value = from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise Malformed(f"The body is not JSON: {error}.", fix="Send one JSON object, in UTF-8.") from error
    if not isinstance(value, dict):
        raise Malformed(f"The body is a JSON {_kind(value)}, not an object.", fix='Send {"name": value, …}.')
    if _HUGE.search(data):
        _refuse_infinite(value, "")
    return value


def _kind(value: object) -> str:
    kinds = {list: "array", str: "string", bool: "boolean", int: "number", float: "number"}
    return kinds.get(type(value), "null")


def _refuse_infinite(value: Any, pointer: str) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise Malformed(
            f"The number at {pointer} is too large.",
            fix="Send a number that a double can hold.",
            errors=[{"pointer": pointer, "message": "too large a number"}],
        )
    if isinstance(value, dict):
        for key, item in value.items():
            _refuse_infinite(item, f"{pointer}/{key}")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            _refuse_infinite(item, f"{pointer}/{place}")


def query_fields(op: Operation, arguments: Mapping[str, list[bytes]]) -> dict[str, Any]:
    """The fields that stand in a query; a field of several values is repeated, one of structure is JSON.

    Raises:
        Invalid: a field of one value is repeated.
        Malformed: a value is not UTF-8, or not the JSON it should be.
    """
    from workbench.core.fields import kind

    found: dict[str, Any] = {}
    for name, values in arguments.items():
        if name in PASSED_OVER:
            continue
        texts = [_text(name, value) for value in values]
        info = op.request.model_fields.get(name)
        way = kind(info) if info is not None else "text"
        if way == "many":
            found[name] = texts
            continue
        if len(texts) > 1:
            raise _misplaced(name, f"{name} is given {len(texts)} times", "Give it once.")
        found[name] = _structure(name, texts[0]) if way == "json" else texts[0]
    return found


def merged(op: Operation, path: Mapping[str, str], query: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """All fields of a request; each has one place.

    Raises:
        Invalid: a field stands where it does not belong, or in two places.
    """
    for name in path:
        if name in query or name in body:
            raise _misplaced(name, f"{name} is in the path already", "Leave it out elsewhere.")
    if op.has_json_body and query:
        name = next(iter(query))
        raise _misplaced(name, f"{name} is in the query, where {op.name} has no fields", "Put it into the JSON body.")
    return {**query, **body, **path}


def _misplaced(name: str, detail: str, fix: str) -> Invalid:
    return Invalid(f"{detail}.", fix=fix, errors=[{"pointer": f"/{name}", "message": detail}])


def _text(name: str, value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise Malformed(f"The value of {name[:100]} is not UTF-8.", fix="Percent-encode it as UTF-8.") from error


def _structure(name: str, text: str) -> Any:
    from pydantic_core import from_json

    if text.lstrip()[:1] not in ("{", "[", '"'):
        return text
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise Malformed(f"The value of {name} is not JSON: {error}.", fix="Percent-encode one JSON value.") from error
