"""The only REST handler: every operation is asked for here, and carried out in a thread."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado.web import HTTPError, stream_request_body

from workbench.core.context import ANONYMOUS
from workbench.core.errors import WorkbenchError, WrongMethod

from . import bodies
from .face import Face
from .identity import nobody
from .sending import PIECE_BYTES, Outgoing, Sending, arrow, document, download

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workbench.core.context import Context, Principal
    from workbench.core.operations import Operation
    from workbench.core.pools import Pool
    from workbench.core.workbench import Workbench

    from .routes import Match

NO_CONTENT = 204


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON reply, as far as HTTP needs to know it."""

    body: bytes
    etag: str | None
    following: str | None


@stream_request_body
class OperationHandler(Face):
    """Serves `<base_url>/workbench/api/v1/…`."""

    match: Match | None = None
    body: bodies.Body | None = None
    principal: Principal | None = None
    _sending: Sending | None = None
    _etag: str | None = None
    _refusal: Exception | None = None

    async def prepare(self) -> None:  # type: ignore[override]
        """Find the operation and whether it may have its body, before the body comes."""
        try:
            await super().prepare()
            if self.request.method != "OPTIONS":
                await self._expect()
        except (WorkbenchError, HTTPError) as refusal:
            # An answer before the body's end closes the connection, and with it the client's next request.
            if bodies.too_much(self.request):
                raise
            self._refusal = refusal

    async def _expect(self) -> None:
        workbench = await self.opening.opened()
        assert self.opening.routes is not None
        method = "GET" if self.request.method == "HEAD" else str(self.request.method)
        self.match = self.opening.routes.match(method, self.request.path.removeprefix(self.prefix))
        if self.request.method == "HEAD" and self.match.operation.gives != "json":
            raise WrongMethod("HEAD would carry out the whole.", fix="Use GET.", allow="GET")
        if self.identify is None and not self.match.operation.permission.public:
            raise self._refused_anonymous()
        await self._expect_body(workbench, self.match.operation)

    async def _expect_body(self, workbench: Workbench, op: Operation) -> None:
        known = self.identify is not None
        if known and bodies.may_be_long(op, self.request):  # nobody fills the disk, or the memory, who may not
            await in_pool(workbench.pools.gate, self._admit, workbench)
        limit = bodies.limit_of(op, workbench.settings, known=known)
        self.body = bodies.expect(op, self.request.headers, limit, workbench.settings.home)
        connection: Any = self.request.connection  # which refuses without a word, so the body does so before
        connection.set_max_body_size(limit.size + bodies.READ_BYTES)

    async def data_received(self, chunk: bytes) -> None:
        """Take the next bytes of the body; what is too much is answered at once and then passed over."""
        if self.body is None or self._finished:
            return
        try:
            await self.body.add(chunk)
        except WorkbenchError:
            self.body.close()
            self.body = None
            self.send_error(500, exc_info=sys.exc_info())

    async def _serve(self) -> None:
        if self._finished:
            return
        if self._refusal is not None:
            raise self._refusal
        assert self.match is not None
        workbench, op = self.opening.now(), self.match.operation
        pools = workbench.pools
        pool = pools.of(op.effect)
        if op.gives == "json":
            await self._answer(op.status, await in_pool(pool, self._reply, workbench))
            return
        await self._send(op.status, await in_pool(pool, self._outgoing, workbench))

    get = post = put = patch = delete = head = allow_unauthenticated(_serve)

    @property
    def prefix(self) -> str:
        """Where the API begins."""
        return f"{self.base_url}workbench/api/v1"

    def write_error(self, status_code: int, **more: Any) -> None:
        """Answer a problem; one that comes before the body's end is the connection's last."""
        if self._refusal is None and bodies.too_much(self.request):
            self.set_header("Connection", "close")
        super().write_error(status_code, **more)

    def on_finish(self) -> None:
        if self.body is not None:
            self.body.close()

    def on_connection_close(self) -> None:
        if self._sending is not None:
            self._sending.stop()
        self.on_finish()
        super().on_connection_close()

    def compute_etag(self) -> str | None:
        """The version and a digest of what is sent: tornado compares it with If-None-Match."""
        return self._etag

    def _refused_anonymous(self) -> WorkbenchError:
        from workbench.core import metrics

        metrics.count_anonymous_denial()
        return nobody()

    def _admit(self, workbench: Workbench) -> None:
        """Ask the gate before the body comes; in a thread."""
        from workbench.core import gate

        assert self.match is not None
        with workbench.read() as db:
            ctx = self._context(db)
        gate.admit(self.match.operation, ctx)

    def _context(self, db: Session) -> Context:
        assert self.match is not None
        workbench = self.opening.now()
        if self.principal is None:
            self.principal = self.identify(workbench, db) if self.identify else ANONYMOUS
        about = {
            "surface": "rest",
            "origin": self.origin,
            "correlation_id": self.correlation_id,
            "if_match": self.request.headers.get("If-Match"),
            "idempotency_key": self.request.headers.get("Idempotency-Key"),
        }
        if self.match.operation.scope == "installation":
            return workbench.installation_context(self.principal, **about)
        return workbench.context(db, self.principal, self.match.workspace, **about)

    def _carry_out(self, workbench: Workbench) -> Any:
        """Call the gate; in a thread."""
        from workbench.core import gate

        assert self.match is not None
        op = self.match.operation
        query = bodies.query_fields(op, self.request.query_arguments)
        given = self.body.fields() if isinstance(self.body, bodies.JsonBody) else {}
        raw = bodies.merged(op, self.match.fields, query, given)
        stream = self.body.reader() if isinstance(self.body, bodies.Spool) else None
        return gate.enter(workbench, op, self._context, raw, stream)

    def _outgoing(self, workbench: Workbench) -> Outgoing:
        from workbench.core.operations import Download

        reply = self._carry_out(workbench)
        return download(reply) if isinstance(reply, Download) else arrow(reply)

    def _reply(self, workbench: Workbench) -> Answer:
        from workbench.core import gate

        assert self.match is not None
        reply = self._carry_out(workbench)
        body = gate.dump(self.match.operation, reply)
        digest = hashlib.blake2b(body, digest_size=6).hexdigest()
        counted = getattr(reply, "etag", None)
        etag = f'"{digest}"' if counted is None else f'"{counted}-{digest}"'
        return Answer(body, etag, getattr(reply, "next", None))

    async def _answer(self, status: int, answer: Answer) -> None:
        self.set_status(status)
        if answer.following:
            arguments = [(n, v) for n, vs in self.request.query_arguments.items() for v in vs if n != "cursor"]
            query = urlencode([*arguments, ("cursor", answer.following)])
            self.set_header("Link", f'<{self.request.path}?{query}>; rel="next"')
        if status == NO_CONTENT:
            await self.finish()
            return
        self._etag = answer.etag
        if self.request.method not in ("GET", "HEAD") and answer.etag and "-" in answer.etag:
            self.set_header("Etag", answer.etag)
        assert self.match is not None
        if self.request.method == "HEAD":
            self.set_header("Content-Length", str(len(answer.body)))  # which is not compressed, as none of it is sent
            await self.finish()
        elif len(answer.body) > PIECE_BYTES and not self.match.operation.changes:  # what was changed must be told of
            await self._send_long(status, answer.body)
        else:
            await self.finish(answer.body)

    async def _send_long(self, status: int, body: bytes) -> None:
        if self.request.method == "GET":
            self.set_etag_header()
            if self.check_etag_header():
                self.set_status(304)
                await self.finish()
                return
        await self._send(status, document(body))

    async def _send(self, status: int, outgoing: Outgoing) -> None:
        self._sending = Sending(self, self.opening.now().pools)
        await self._sending.send(status, outgoing, (self.principal or ANONYMOUS).person)


async def in_pool(pool: Pool, work: Callable[..., Any], *args: Any) -> Any:
    """Do blocking work in a bounded pool.

    Raises:
        Throttled: too much waits already.
    """
    return await asyncio.wrap_future(pool.submit(work, *args))
