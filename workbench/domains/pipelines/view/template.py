"""A template: its form, which makes a pipeline."""

from __future__ import annotations

from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.errors import WorkbenchError
from workbench.domains.pipelines.schemas import PipelineDetail, RegisteredView, TemplateDetail, VersionDetail
from workbench.ui.choices import CHOSEN
from workbench.ui.languages import tr
from workbench.ui.offering import Offering
from workbench.ui.parts import card, loading
from workbench.ui.presence import Fields
from workbench.ui.schema_forms import misfits, schema_form, texts
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

NAME = "pipeline name"  # no name of a Python variable, so that no template's form has a field of this name


def template(visit: Visit) -> Any:
    """The page of a visit."""
    return TemplatePage(visit).start()


class TemplatePage(View[TemplateDetail]):
    """The form; what was filled in stays while something in it is wrong."""

    doing = "a template's page"
    fresh = 3600.0  # it comes with the installation
    asks: ClassVar = {"edit": "", "like": ""}  # a pipeline that is made of it: to be changed, or to begin another from

    def __init__(self, visit: Visit) -> None:
        self.form = markup(loading(tr("Loading the template.")))
        self.schema: dict[str, Any] = {}
        self.values: dict[str, Any] | None = None
        self.wrong: dict[str, str] = {}
        super().__init__(visit, self.form)
        self.offering = Offering(visit, again=self.live.refresh)
        self.on("use", self._use)
        self.on(CHOSEN, self._choose_source)

    async def load(self) -> TemplateDetail:
        found: TemplateDetail = await self.visit.call("templates.show", id=self.visit.subject)
        if self.values is None:
            self.values = await self._values_of(self.chosen["edit"] or self.chosen["like"])
        await self.offering.learn(found.form, self.values)
        return found

    def show(self, reply: TemplateDetail) -> None:
        edited = self.chosen["edit"]
        self.schema = reply.form if edited else with_name(reply.form)
        self.title(f"{reply.title}: {edited}" if edited else reply.title)
        about = Markup('<p class="lead muted">{}</p>').format(reply.description)
        form = schema_form(
            self.schema, "use", tr("Make a new version") if edited else tr("Make the pipeline"), values=self.values,
            wrong=self.wrong, offered=self.offering.offered, note=self.offering.note,
        )  # fmt: skip
        self.draw(self.form, card(tr("What it should do"), about + form))

    async def _values_of(self, name: str) -> dict[str, Any]:
        """What was filled in for a pipeline; nothing where none is named, or it is of another template."""
        if not name:
            return {}
        found: PipelineDetail = await self.visit.call("pipelines.show", id=name)
        version: VersionDetail = await self.visit.call("pipelines.show_version", id=name, number=found.current_version)
        used = version.template
        return dict(used.values) if used is not None and used.name == self.visit.subject else {}

    async def _choose_source(self, fields: Fields) -> None:
        """Keep what was filled in; the page loads again, with what the new source has to choose from."""
        self.values = dict(fields)

    async def _use(self, fields: Fields) -> None:
        self.values = dict(fields)
        given, edited = texts(self.schema, fields), self.chosen["edit"]
        name = edited or given.pop(NAME, "")
        try:
            made: RegisteredView = await self.visit.call(
                "templates.use", id=self.visit.subject, name=name, texts=given, replaces=bool(edited)
            )
        except WorkbenchError as error:
            self.wrong = misfits(self.schema, error, below="parameters", called={"name": NAME}, taken=NAME)
            return
        self.wrong = {}
        self.presence.go(self.visit.link("pipelines", made.name))


def with_name(form: dict[str, Any]) -> dict[str, Any]:
    """A template's form, with the new pipeline's name as its first field."""
    name = {
        "title": tr("Name of the pipeline"), "type": "string", "x-order": -1,
        "description": tr("Lower-case letters, digits and underscores, such as daily_orders"),
    }  # fmt: skip
    return {**form, "properties": {NAME: name, **form["properties"]}, "required": [NAME, *form["required"]]}
