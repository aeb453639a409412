"""REST APIs that answer in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Cursor, Driver, Source, no_such_stream
from .http_config import HttpJsonConfig

if TYPE_CHECKING:
    from .http_client import Client


class HttpJsonDriver(Driver):
    """Reads lists of records page by page.

    All pages are fetched to a temporary file before the first batch is given: so the types hold for every page, and a
    read that fails on its last page has given nothing. Types are as in `json_file`.
    """

    kind = "http_json"
    title = "JSON API"
    description = "Lists of records of a REST API."
    config_model = HttpJsonConfig
    config: HttpJsonConfig

    def version(self) -> str | None:
        """What the server calls itself, when it is asked for the first page of the first stream."""
        from .http_paging import pages

        name = self.names()[0]
        with self.client() as client:
            next(pages(client, name, self.config.streams[name], {}))
            return client.server

    def names(self) -> list[str]:
        return sorted(self.config.streams)

    def open(self, stream: str, *, cursor: Cursor | None = None, limit: int | None = None) -> Source:
        from .http_source import HttpSource

        if stream not in self.config.streams:
            raise no_such_stream(stream, self.config.streams)
        with self.client() as client:
            return HttpSource(client, stream, cursor, limit)

    def client(self) -> Client:
        """A session with the API."""
        from .http_client import Client

        return Client(self.config, self.scrub, self.reach)
