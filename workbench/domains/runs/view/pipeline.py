"""A pipeline: a form that runs it, how it has been running, where its data come from, its versions, who has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from workbench.core.errors import Invalid
from workbench.core.schemas import Page
from workbench.domains.access.schemas import ShareView
from workbench.domains.pipelines.schemas import DiffView, ParametersView, PipelineDetail, VersionDetail, VersionView
from workbench.domains.runs.schemas import RunView
from workbench.domains.store.schemas import LineageView
from workbench.ui.choices import CHOSEN
from workbench.ui.controls import button, link, tabs
from workbench.ui.languages import tr
from workbench.ui.offering import Offering
from workbench.ui.parts import NOTHING, Content, Way, join, loading, stacked, status
from workbench.ui.presence import Fields
from workbench.ui.schema_forms import misfits, texts
from workbench.ui.shell import join_columns, markup, reveal, split
from workbench.ui.views import View
from workbench.ui.visit import Failure, Visit

from . import pipeline_parts as parts
from . import publishing
from .words import ACTIVE, may_start

RUNS, TABLES = 30, 12
WHILE_RUNNING, WHILE_QUIET = 1.5, 10.0


@dataclass
class Shown:
    """A pipeline, and what the chosen part of its page needs."""

    pipeline: PipelineDetail
    version: VersionDetail
    runs: list[RunView] = field(default_factory=list)
    lineages: list[LineageView] = field(default_factory=list)
    versions: Page[VersionView] = field(default_factory=lambda: Page(items=[]))
    diff: DiffView | None = None
    publishing: publishing.Declared | None = None
    shares: Page[ShareView] = field(default_factory=lambda: Page(items=[]))


def pipeline(visit: Visit) -> Any:
    """The page of a visit."""
    return PipelinePage(visit).start()


class PipelinePage(View[Shown]):
    """The parts of the page; one tab of it is loaded at a time."""

    doing = "a pipeline's page"
    asks: ClassVar = {"tab": "run", "compare": "", "values_of": "", "older": "", "cursor": "", "publish": ""}

    def __init__(self, visit: Visit) -> None:
        self.tabs, self.form = markup(), markup()
        self.side, self.below = markup(), markup(loading(tr("Loading the pipeline.")))
        self.schema: dict[str, Any] = {}
        self.values: dict[str, Any] | None = None
        self.wrong: dict[str, str] = {}
        self._kept = ""
        self.first = split(self.form, self.side)
        super().__init__(visit, self.tabs, self.first, self.below)
        self.offering = Offering(visit, again=self.live.refresh)
        self.on("run", self._run)
        self.on(CHOSEN, self._choose_source)
        self.on("archive", self._archive, tr("It is archived; nothing of it is lost."))
        self.on("unarchive", self._unarchive, tr("It is in use again."))
        self.on("restore", self._restore, tr("The earlier version is the current one again, as a new version."))
        self.on("publish", self._publish, tr("It is published: others run this version from now on."))
        self.on("withdraw", self._withdraw, tr("It is published no more, and runs for others no more."))
        self.on("grant", self._grant, tr("It is shared."))
        self.on("revoke", self._revoke, tr("The share is taken back."))

    async def load(self) -> Shown:
        call, name = self.visit.call, self.visit.subject
        found: PipelineDetail = await call("pipelines.show", id=name)
        runs_now: ParametersView = await call("pipelines.parameters", id=name)
        version = await call("pipelines.show_version", id=name, number=runs_now.number)
        shown, self._kept = Shown(found, version), f"values.{found.id}"  # as the sidebar keeps them
        if self.values is None:
            self.values = await self._last_values()
        match self.chosen["tab"]:
            case "lineage":
                shown.runs = await self._runs()
                shown.lineages = await self._lineages(shown.runs)
            case "versions":
                shown.versions = await call("pipelines.versions", id=name, cursor=self.chosen["older"] or None)
                shown.diff = await self._diff()
                shown.publishing = await self._declared() if found.may_publish else None
            case "shares" if found.may_share:
                of = {"object_type": "pipeline", "object": name}
                shown.shares = await call("shares.list", **of, cursor=self.chosen["cursor"] or None)
            case _:
                shown.runs = await self._runs()
                if may_start(found):
                    await self.offering.learn(version.parameters, self.values)
        return shown

    def show(self, reply: Shown) -> None:
        self.schema = reply.version.parameters
        found, tab = reply.pipeline, self.chosen["tab"]
        self.title(found.title or found.name, self._acts(found, reply.version))
        self.draw(self.tabs, tabs(tr("Parts of the page"), "tab", _tabs(found), tab))
        first = tab not in ("lineage", "versions", "shares")
        runnable = first and may_start(found)
        lends = reply.version.published_at is not None or self.visit.person.may("connectors:read_data")
        drawn = (reply.version, self.values or {}, self.wrong, self.offering)
        form = parts.form(*drawn, lends=lends) if runnable else NOTHING
        self.draw(self.form, form)
        if first:
            join_columns(not runnable, self.first)
        else:
            reveal(False, self.first)
        self.draw(self.side, self._side(reply) if first else NOTHING)
        self.draw(self.below, self._below(reply, tab))

    def pause(self, reply: Shown) -> float:
        return WHILE_RUNNING if any(run.status in ACTIVE for run in reply.runs) else WHILE_QUIET

    def ways_out(self, failure: Failure) -> list[Way]:
        """For who sees but some pipelines to the live page, too, where access to one is asked for."""
        all_seen = self.visit.person.may_at_large("pipelines:read")
        asks = failure.refused and self.visit.has("live/{name}") and not all_seen
        ask = Way(tr("Ask its owner for access"), href=self.visit.link("live", self.visit.subject))
        return [*([ask] if asks else []), *super().ways_out(failure)]

    def _side(self, reply: Shown) -> Content:
        about, used = parts.about(reply.pipeline, reply.version, reply.runs), reply.version.template
        return about if used is None else stacked(about, parts.template(self.visit, reply.pipeline, used))

    def _below(self, reply: Shown, tab: str) -> Content:
        match tab:
            case "lineage":
                return parts.lineage(self.visit, reply.pipeline, reply.runs, reply.lineages)
            case "versions":
                listed = parts.versions(self.visit, reply.versions, reply.pipeline, self.chosen["older"])
                return stacked(*filter(None, (publishing.form(reply.publishing), listed, parts.diff(reply.diff))))
            case "shares":
                return parts.shares(reply.shares, self.chosen["cursor"])
            case _:
                return parts.history(self.visit, reply.pipeline, reply.runs, reply.version.parameters)

    def _acts(self, found: PipelineDetail, version: VersionDetail) -> Content:
        acts: list[Content] = []
        if version.servable and self.visit.has("app/{name}"):
            acts.append(link(tr("Open app"), self.visit.link("app", found.name)))
        if self.visit.has("live/{name}"):
            acts.append(link(tr("Live page"), self.visit.link("live", found.name)))
        if found.may_archive:
            if found.archived_at is not None:
                acts += [status("off", tr("archived")), button(tr("Bring back"), "unarchive")]
            else:
                question = tr("Archive this pipeline? Nothing of it is lost.")
                acts.append(button(tr("Archive"), "archive", confirm=question))
        return join(acts) if acts else NOTHING

    async def _runs(self) -> list[RunView]:
        if not self.visit.person.may("runs:read"):
            return []
        runs: list[RunView] = (await self.visit.call("runs.list", pipeline=self.visit.subject, limit=RUNS)).items
        return runs

    async def _lineages(self, runs: list[RunView]) -> list[LineageView]:
        done = next((run for run in runs if run.status == "succeeded"), None)
        if done is None or not self.visit.person.may("tables:read"):
            return []
        names = [use.name for use in (*done.tables_written, *done.tables_read)][:TABLES]
        return [await self.visit.call("tables.lineage", name=name) for name in names]

    async def _diff(self) -> DiffView | None:
        wanted = self.number("compare")
        if wanted is None or not self.visit.person.may("notebooks:edit"):
            return None
        found: DiffView = await self.visit.call("pipelines.diff", id=self.visit.subject, number=wanted)
        return found

    async def _declared(self) -> publishing.Declared | None:
        """What the version that is to be published may be published with."""
        wanted = self.number("publish")
        if wanted is None:
            return None
        version = await self.visit.call("pipelines.show_version", id=self.visit.subject, number=wanted)
        runs = await self._runs()
        done = next((run for run in runs if run.status == "succeeded" and run.pipeline_version == wanted), None)
        asked = {"id": self.visit.subject, "run": str(done.id)} if done is not None else {}
        return publishing.Declared(version, await self.visit.call("pipelines.propose", **asked) if asked else None)

    async def _publish(self, fields: Fields) -> None:
        await self.visit.call("pipelines.publish", id=self.visit.subject, **publishing.filled_in(fields))
        self.choose(publish="")

    async def _withdraw(self, fields: Fields) -> None:
        version = int(fields["version"])
        await self.visit.call("pipelines.withdraw", id=self.visit.subject, version=version)

    async def _last_values(self) -> dict[str, Any]:
        if self.chosen["values_of"]:
            run: RunView = await self.visit.call("runs.show", id=self.chosen["values_of"])
            return run.parameters
        kept = (await self.visit.call("preferences.show", prefix=self._kept)).values.get(self._kept)
        return kept if isinstance(kept, dict) else {}

    async def _choose_source(self, fields: Fields) -> None:
        """Keep what was filled in; the page loads again, with what the new source has to choose from."""
        self.values = dict(fields)

    async def _run(self, fields: Fields) -> None:
        self.values = dict(fields)
        try:
            run: RunView = await self.visit.call("runs.start", id=self.visit.subject, texts=texts(self.schema, fields))
        except Invalid as error:
            self.wrong = misfits(self.schema, error, below="parameters")
            return
        self.wrong = {}
        await self.visit.call("preferences.set", name=self._kept, value=run.parameters)
        self.presence.go(self.visit.link("runs", str(run.id)))

    async def _archive(self, _: Fields) -> None:
        await self.visit.call("pipelines.archive", id=self.visit.subject)

    async def _unarchive(self, _: Fields) -> None:
        await self.visit.call("pipelines.unarchive", id=self.visit.subject)

    async def _restore(self, fields: Fields) -> None:
        await self.visit.call("pipelines.restore", id=self.visit.subject, version=int(fields["version"]))
        self.choose(older="")

    async def _grant(self, fields: Fields) -> None:
        kind = fields.get("kind", "user")
        whom = {kind: fields.get("name", "")} if kind in ("user", "group") else {"role": kind}
        await self.visit.call(
            "shares.grant", object_type="pipeline", object=self.visit.subject, right=fields.get("right", "view"), **whom
        )

    async def _revoke(self, fields: Fields) -> None:
        await self.visit.call("shares.revoke", id=fields.get("id", ""))


def _tabs(found: PipelineDetail) -> dict[str, str]:
    """The parts of the page of a pipeline, for who looks."""
    shown = {"run": tr("Overview"), "lineage": tr("Lineage"), "versions": tr("Versions")}
    return shown | ({"shares": tr("Shares")} if found.may_share else {})
