"""A new connector, or other settings for one that is there: a type, and the form that its schema draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.errors import Invalid, WorkbenchError
from workbench.core.schemas import SECRET_SET
from workbench.domains.connectors.schemas import ConnectorView, TypeView
from workbench.ui.controls import link
from workbench.ui.drafts import check_unchanged
from workbench.ui.languages import mark, tr
from workbench.ui.parts import NOTHING, card, join, loading
from workbench.ui.presence import Fields
from workbench.ui.schema_forms import misfits, schema_form, values
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

# Names that no setting has, so that what a connector is called stands apart from how it is set.
NAME, ABOUT = "connector name", "connector description"
CALLED = {"name": NAME, "description": ABOUT}
OWN: dict[str, dict[str, Any]] = {
    NAME: {"title": mark("Name"), "type": "string", "x-order": -2, "description": mark("Notebooks read name.stream")},
    ABOUT: {"title": mark("Description"), "type": "string", "x-order": -1},
}


@dataclass(frozen=True, slots=True)
class Shown:
    """The types there are, and the connector whose settings are to change."""

    types: list[TypeView]
    connector: ConnectorView | None


def connect(visit: Visit) -> Any:
    """The page of a visit."""
    return Connect(visit).start()


class Connect(View[Shown]):
    """First the types, then the form of the chosen one; what was filled in stays while something is wrong."""

    doing = "the settings of a connector"
    fresh = 3600.0  # a form that somebody fills in is left alone
    asks: ClassVar = {"type": "", "name": ""}

    def __init__(self, visit: Visit) -> None:
        self.form = markup(loading(tr("Loading the types.")))
        self.schema: dict[str, Any] = {}
        self.given: dict[str, Any] = {}
        self.wrong: dict[str, str] = {}
        self.etag = 0  # of the settings that the form began with
        super().__init__(visit, self.form)
        self.on("save", self._save)

    async def load(self) -> Shown:
        types = (await self.visit.call("connectors.types")).items
        name = self.chosen["name"]
        return Shown(types, await self.visit.call("connectors.show", id=name) if name else None)

    def show(self, reply: Shown) -> None:
        if reply.connector is not None:
            self.etag = self.etag or reply.connector.etag
            self.title(tr("Settings of {name}", name=reply.connector.name))
        else:
            self.title(tr(self.visit.page.title))
        wanted = reply.connector.type if reply.connector else self.chosen["type"]
        chosen = next((one for one in reply.types if one.name == wanted), None)
        if chosen is None:
            self.draw(self.form, Markup('<div class="tiles">{}</div>').format(join(map(self._tile, reply.types))))
            return
        self.schema = form_of(chosen.config_schema)
        form = schema_form(
            self.schema, "save", tr("Save"), values=self.given or kept(reply.connector), wrong=self.wrong,
            note=link(tr("Another type"), self.visit.link("connect")) if reply.connector is None else NOTHING,
        )  # fmt: skip
        never = tr("Secrets are never shown again.")
        secrets = tr("A secret that is left empty stays as it is.") if reply.connector else never
        self.draw(self.form, card(chosen.title, Markup('<p class="muted lead">{}</p>{}').format(secrets, form)))

    def _tile(self, one: TypeView) -> Markup:
        which = Markup('<span class="unseen">{}</span>').format(one.title)
        use = link(tr("Use {title}", title=which), self.visit.link("connect", type=one.name))
        about = one.description or tr("A source of data.")
        return card(one.title, Markup('<p class="muted">{}</p><p class="acts">{}</p>').format(about, use))

    async def _save(self, fields: Fields) -> None:
        self.given = {name: text for name, text in fields.items() if not self._secret(name)}
        try:
            saved = await self._saved(values(self.schema, fields))
        except WorkbenchError as error:
            self.wrong = misfits(self.schema, error, below="config", called=CALLED, taken=NAME)
            return
        self.wrong = {}
        self.presence.go(self.visit.link("connectors", saved.name))

    async def _saved(self, given: dict[str, Any]) -> ConnectorView:
        name, about = str(given.pop(NAME, "")), str(given.pop(ABOUT, ""))
        if self.chosen["name"]:
            check_unchanged(self.etag, (await self.visit.call("connectors.show", id=self.chosen["name"])).etag)
            changed: ConnectorView = await self.visit.call(
                "connectors.update", id=self.chosen["name"], name=name, description=about, config=given
            )
            return changed
        if not name:
            raise Invalid("It needs a name.", errors=[{"pointer": "/name", "message": "is required"}])
        made: ConnectorView = await self.visit.call(
            "connectors.create", name=name, type=self.chosen["type"], description=about, config=given
        )
        return made

    def _secret(self, name: str) -> bool:
        return bool(self.schema["properties"].get(name, {}).get("writeOnly"))


def form_of(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of the whole form; settings of several parts are written as JSON."""
    settings = {name: _plain(one) for name, one in schema["properties"].items()}
    last = {name: one for name, one in settings.items() if name == "cursors"}  # of the base class, so it comes first
    ordered = {name: one for name, one in settings.items() if name not in last} | last
    return {"properties": {**_own(), **ordered}, "required": [NAME, *schema.get("required", ())]}


def _own() -> dict[str, Any]:
    """What every connector has, in the language of who looks."""
    said = ("title", "description")
    return {name: one | {key: tr(one[key]) for key in said if key in one} for name, one in OWN.items()}


def kept(found: ConnectorView | None) -> dict[str, Any]:
    """What the form of a connector begins with."""
    if found is None:
        return {}
    shown = {name: value for name, value in found.config.items() if value != SECRET_SET}
    return {NAME: found.name, ABOUT: found.description, **shown}


def _plain(setting: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in setting:
        return setting
    return {"type": "object", **{key: value for key, value in setting.items() if key != "$ref"}}
