"""A caller over HTTP, with the operations of the registry as methods."""

from __future__ import annotations

import functools
import inspect
import json
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx
from pydantic import TypeAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from workbench.core.errors import Invalid, Unavailable, WorkbenchError
from workbench.core.operations import Operation, Registry
from workbench.core.operations import registry as product
from workbench.core.schemas import Page

from .events import Event, events
from .transport import failure, ipc_body, received

PREFIX = "workbench/api/v1"
ATTEMPTS = 4
LONGEST_WAIT = 30.0
SAFE = frozenset({"GET", "HEAD"})


class Client:
    """A server's operations: `client.runs.list(limit=5)`, `client.call("runs.list", limit=5)`.

    Every method raises the WorkbenchError that the server answered. Reads are tried again while the server is busy.
    """

    def __init__(
        self,
        url: str,
        token: str,
        workspace: str = "default",
        *,
        registry: Registry = product,
        timeout: float = 60.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`url` is that of the Jupyter server, such as `http://localhost:8888`; `token` an API token, `wbt_…`.

        Raises:
            Invalid: the URL is none of a web server.
        """
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise Invalid(f"{url[:200]!r} is not the URL of a server.", fix="Pass one such as http://localhost:8888.")
        self.url = url.partition(PREFIX)[0].rstrip("/") + "/"
        self.workspace = workspace
        self._registry, self._token = registry, token
        self._http = httpx.Client(
            base_url=f"{self.url}{PREFIX}/",
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=httpx.Timeout(timeout, connect=10.0),
            transport=transport,
        )

    def call(self, name: str, /, **fields: Any) -> Any:
        """Carry out an operation and answer its reply model; `if_match` and `idempotency_key` become headers."""
        op = self.operation(name)
        if op.takes == "arrow" or op.gives != "json":
            raise Invalid(f"{name} carries bytes.", fix=f"Use client.stream({name!r}, …).")
        reply = self._tried(op, lambda: self._asked(op, fields))
        return TypeAdapter(op.reply).validate_json(reply.content)

    def stream(self, name: str, /, body: Any = None, **fields: Any) -> Any:
        """Carry out an operation that carries bytes; neither way is held in memory.

        `body` is a pyarrow.RecordBatchReader, Table or None; the answer a reply model, a RecordBatchReader (read it to
        its end or close it) or a `Download`.
        """
        op = self.operation(name)
        if op.takes == "json":
            return self._tried(op, lambda: received(op, self._sent(op, fields)))
        return received(op, self._sent(op, fields, ipc_body(body)))

    def events(self, since: int | None = None) -> Iterator[Event]:
        """What happens, as it does, after what followed the event numbered `since`; reconnects for as long as asked."""
        return events(self.url + PREFIX, self._token, since)

    def operation(self, name: str) -> Operation:
        """An operation by name.

        Raises:
            Invalid: this release knows none of that name.
        """
        try:
            return self._registry[name]
        except KeyError:
            raise Invalid(
                f"There is no operation {name!r}.", fix="See docs/reference/cli.md for all.", code="no_operation"
            ) from None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __getattr__(self, noun: str) -> Noun:
        if noun.startswith("_") or not self._operations(noun):
            raise AttributeError(f"the server has nothing called {noun!r}; see dir(client)")
        return Noun(self, noun, self._operations(noun))

    def __dir__(self) -> list[str]:
        nouns = {op.domain for op in self._registry.discover()}
        return sorted({*super().__dir__(), *nouns})

    def _operations(self, noun: str) -> dict[str, Operation]:
        def found() -> dict[str, Operation]:
            return {op.name.partition(".")[2]: op for op in self._registry if op.domain == noun}

        if not found():
            self._registry.discover(only=noun)
        return found()

    def _tried(self, op: Operation, ask: Callable[[], Any]) -> Any:
        """Ask again while the server says that it is busy; only what changes nothing is asked twice."""
        busy = Retrying(
            sleep=time.sleep,
            stop=stop_after_attempt(ATTEMPTS if op.method in SAFE else 1),
            retry=retry_if_exception(lambda error: isinstance(error, Unavailable)),
            wait=_wait,
            reraise=True,
        )
        return busy(ask)

    def _asked(self, op: Operation, fields: dict[str, Any]) -> httpx.Response:
        response = self._sent(op, fields)
        try:
            response.read()
        except httpx.HTTPError as error:
            raise _unreachable(self.url, error) from error
        finally:
            response.close()
        return response

    def _sent(self, op: Operation, fields: dict[str, Any], content: Iterator[bytes] | None = None) -> httpx.Response:
        request = self._request(op, dict(fields), content)
        try:
            response = self._http.send(request, stream=True)
        except httpx.HTTPError as error:
            raise _unreachable(self.url, error) from error
        if response.is_error or response.is_redirect:
            raise failure(response)
        return response

    def _request(self, op: Operation, fields: dict[str, Any], content: Iterator[bytes] | None) -> httpx.Request:
        headers = {
            header: str(fields.pop(name))
            for name, header in (("if_match", "If-Match"), ("idempotency_key", "Idempotency-Key"))
            if name in fields and name not in op.request.model_fields
        }
        if op.versioned:
            headers.setdefault("If-Match", "*")
        plain = TypeAdapter(dict[str, Any]).dump_python(fields, mode="json", serialize_as_any=True)
        if missing := [name for name in op.path_fields if plain.get(name) in (None, "")]:
            known = ", ".join(op.request.model_fields)
            raise Invalid(f"{op.name} needs {missing[0]}.", fix=f"It takes {known}.", code="invalid")
        path = op.full_path.format(
            **{"workspace": quote(self.workspace, safe="")}
            | {name: quote(str(plain.pop(name)), safe="") for name in op.path_fields}
        )
        if content is not None:
            headers["Content-Type"] = "application/vnd.apache.arrow.stream"
            return self._http.build_request(
                op.method, path.lstrip("/"), params=_query(plain), content=content, headers=headers
            )
        if op.has_json_body:
            return self._http.build_request(op.method, path.lstrip("/"), json=plain, headers=headers)
        return self._http.build_request(op.method, path.lstrip("/"), params=_query(plain), headers=headers)


class Noun:
    """The operations of one noun, as methods."""

    def __init__(self, client: Client, name: str, operations: dict[str, Operation]) -> None:
        self._client, self._name, self._known = client, name, operations

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        op = self._known.get(verb)
        if op is None:
            raise AttributeError(f"{self._name} has no {verb!r}; there are {', '.join(sorted(self._known))}")
        bytes_ = op.takes == "arrow" or op.gives != "json"
        method = functools.partial(self._client.stream if bytes_ else self._client.call, op.name)
        method.__doc__ = op.help
        method.__signature__ = signature(op)  # type: ignore[attr-defined]
        return method

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._known})

    def all(self, **fields: Any) -> Iterator[Any]:
        """Every item of the noun's list, page after page."""
        cursor = None
        while True:
            page: Page[Any] = self._client.call(
                f"{self._name}.list", **fields, **({"cursor": cursor} if cursor else {})
            )
            yield from page.items
            cursor = page.next
            if cursor is None:
                return


def signature(op: Operation) -> inspect.Signature:
    """An operation's fields as keyword parameters, for help and completion."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter(
            name,
            keyword,
            default=inspect.Parameter.empty if info.is_required() else info.get_default(call_default_factory=False),
            annotation=info.annotation,
        )
        for name, info in op.request.model_fields.items()
    ]
    return inspect.Signature(parameters, return_annotation=op.reply)


def _query(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields in a query: several values are repeated, structure is JSON, None is left out."""

    def text(value: Any) -> Any:
        if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
            return value
        return json.dumps(value) if isinstance(value, dict | list) else value

    return {name: text(value) for name, value in fields.items() if value is not None}


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, WorkbenchError) else None
    return float(min(LONGEST_WAIT, asked if asked is not None else 0.5 * 2**state.attempt_number))


def _unreachable(url: str, error: httpx.HTTPError) -> WorkbenchError:
    return Unavailable(
        f"The server {url} does not answer: {str(error) or type(error).__name__}.",
        fix="Check the URL and that the server runs.",
        code="server_unreachable",
    )
