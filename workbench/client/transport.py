"""What comes over HTTP: problems, batches and files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
from pydantic import TypeAdapter

from workbench.core.errors import Unavailable, WorkbenchError
from workbench.core.operations import Download, Operation

CHUNK_BYTES = 256 * 1024


def failure(response: httpx.Response) -> WorkbenchError:
    """The error that a response describes, also where it is no problem document; closes the response."""
    try:
        response.read()
        problem = json.loads(response.content)
    except (httpx.HTTPError, ValueError):
        problem = None
    finally:
        response.close()
    if not isinstance(problem, dict) or "code" not in problem:
        problem = {
            "status": response.status_code if response.is_error else 404,
            "detail": f"{response.url.host} answered {response.status_code} {response.reason_phrase}.",
            "fix": "Check that the URL is that of a Jupyter server with jupyter-workbench.",
            "code": f"http_{response.status_code}",
        }
    error = WorkbenchError.from_problem(problem)
    after = response.headers.get("Retry-After", "")
    error.retry_after = float(after) if re.fullmatch(r"\d+", after) else None
    return error


def ipc_body(body: Any) -> Iterator[bytes]:
    """The Arrow IPC stream of a pyarrow.RecordBatchReader or Table, in chunks."""
    from workbench.broker import ipc

    return map(bytes, ipc.chunks(body.to_reader() if hasattr(body, "to_reader") else body))


def received(op: Operation, response: httpx.Response) -> Any:
    """What an operation that carries bytes answered."""
    if op.gives == "arrow":
        from workbench.broker import ipc

        return ipc.reader(_chunks(response), response.close)
    if op.gives == "file":
        kind = response.headers.get("Content-Type", "application/octet-stream").partition(";")[0]
        return Download(_chunks(response), kind, _filename(response.headers.get("Content-Disposition", "")))
    try:
        return TypeAdapter(op.reply).validate_json(b"".join(_chunks(response)))
    finally:
        response.close()


def _chunks(response: httpx.Response) -> Iterator[bytes]:
    try:
        yield from response.iter_bytes(CHUNK_BYTES)
    except httpx.HTTPError as error:
        raise Unavailable(
            "The connection ended before the whole was sent.", fix="Try again.", code="connection_lost"
        ) from error
    finally:
        response.close()


def _filename(disposition: str) -> str | None:
    from urllib.parse import unquote

    if found := re.search(r"filename\*=UTF-8''([^;]+)", disposition):
        return unquote(found[1]).replace("/", "_")
    found = re.search(r'filename="([^"]*)"', disposition)
    return found[1].replace("/", "_") if found else None
