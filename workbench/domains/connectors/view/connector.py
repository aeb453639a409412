"""A connector: how it is set, whether it answers, and what it offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from workbench.core.errors import WorkbenchError
from workbench.domains.connectors.schemas import ConnectorView, PreviewView, StreamList, TestReport, TypeList
from workbench.ui.controls import button, link
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Content, join, loading, stacked
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Failure, Visit

from .connector_parts import not_looked, preview, report, settings, streams

ROWS = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """A connector, and the first rows of the stream that was chosen."""

    connector: ConnectorView
    type_title: str
    rows: PreviewView | None


def connector(visit: Visit) -> Any:
    """The page of a visit."""
    return ConnectorPage(visit).start()


class ConnectorPage(View[Shown]):
    """The parts of the page; what the source is asked for is asked once, when somebody wants it."""

    doing = "a connector's page"
    fresh = 3600.0  # the source is not asked again by itself
    asks: ClassVar = {"stream": ""}

    def __init__(self, visit: Visit) -> None:
        self.facts, self.tested = markup(loading(tr("Loading the connector."), rows=3)), markup()
        self.streams, self.rows = markup(), markup()
        self.offered: StreamList | None = None
        self.looked: Failure | None = None
        self.test_failed = False
        super().__init__(visit, self.facts, self.tested, self.streams, self.rows)
        self.on("test", self._test)
        self.on("look", self._look)
        self.on("delete", self._delete)

    async def load(self) -> Shown:
        name, stream = self.visit.subject, self.chosen["stream"]
        found: ConnectorView = await self.visit.call("connectors.show", id=name)
        if self.offered is None and self.looked is None and self.visit.person.may("connectors:introspect"):
            await self._introspect()
        title = await self._type_title(found.type)
        if not stream or not self.visit.person.may("connectors:read_data"):
            return Shown(found, title, None)
        return Shown(found, title, await self.visit.call("connectors.preview", id=name, stream=stream, limit=ROWS))

    async def _type_title(self, type_: str) -> str:
        types: TypeList = await self.visit.call("connectors.types")
        return next((one.title for one in types.items if one.name == type_), type_)

    def show(self, reply: Shown) -> None:
        self.title(reply.connector.name, self._acts(reply.connector))
        self.draw(self.facts, settings(reply.connector, reply.type_title))
        if self.offered is not None:
            self.draw(
                self.streams,
                streams(self.offered, self.chosen["stream"], self.visit.person.may("connectors:read_data")),
            )
        elif self.looked is not None:
            # a test that just failed said the same above
            self.draw(self.streams, NOTHING if self.test_failed else not_looked(self.looked))
        self.draw(self.rows, preview(self.chosen["stream"], reply.rows) if reply.rows else NOTHING)

    def _acts(self, found: ConnectorView) -> Content:
        acts: list[Content] = []
        if self.visit.person.may("connectors:test"):
            acts.append(button(tr("Test"), "test"))
        if self.visit.person.may("connectors:introspect"):
            acts.append(button(tr("Look again"), "look"))
        if self.visit.person.may("connectors:write"):
            if self.visit.has("connect"):
                acts.append(link(tr("Edit"), self.visit.link("connect", name=found.name)))
            question = tr(
                "Put {name} away and forget its secrets? Pipelines that read it will fail.", name=found.name
            )  # fmt: skip
            acts.append(button(tr("Delete"), "delete", tone="danger", confirm=question))
        return join(acts) if acts else NOTHING

    async def _introspect(self) -> None:
        try:
            self.offered, self.looked = await self.visit.call("connectors.introspect", id=self.visit.subject), None
        except WorkbenchError as error:
            self.offered, self.looked = None, Failure.of(error, self.doing)

    async def _test(self, _: Fields) -> None:
        self.test_failed = False
        self.draw(self.tested, loading(tr("Testing."), rows=1))
        try:
            found: TestReport = await self.visit.call("connectors.test", id=self.visit.subject)
        except WorkbenchError:
            self.draw(self.tested, NOTHING)
            raise
        self.test_failed = not found.ok
        self.draw(self.tested, stacked(report(found)))
        if found.ok and self.looked is not None:
            await self._introspect()

    async def _look(self, _: Fields) -> None:
        self.test_failed = False
        self.draw(self.tested, NOTHING)
        await self._introspect()

    async def _delete(self, _: Fields) -> None:
        await self.visit.call("connectors.delete", id=self.visit.subject)
        self.presence.go(self.visit.link("connectors"))
