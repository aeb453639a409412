"""Who belongs to a workspace, in which roles and groups, and who is invited."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from workbench.core.permissions import Role
from workbench.domains.access.schemas import GroupView, InvitationView, MemberView, NewInvitationView
from workbench.ui.controls import search, tabs, toolbar
from workbench.ui.parts import NOTHING, loading, stacked
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

from . import member_parts as parts

MOST = 500
TABS = {"people": "People", "groups": "Groups"}


@dataclass
class Shown:
    """What the chosen tab shows."""

    people: list[MemberView] = field(default_factory=list)
    groups: list[GroupView] = field(default_factory=list)
    invitations: list[InvitationView] = field(default_factory=list)


def members(visit: Visit) -> Any:
    """The page of a visit."""
    return Members(visit).start()


class Members(View[Shown]):
    """The parts of the page."""

    doing = "the members of the workspace"
    asks: ClassVar = {"tab": "people", "q": ""}

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading("Loading the members."))
        self.forms, self.links = markup(), markup()
        may = visit.person.may
        self.invites, self.assigns = may("members:write"), may("roles:assign")
        super().__init__(visit, self.controls, self.links, self.list, self.forms)
        self.draw(self.links, NOTHING)
        self._listen()

    def _listen(self) -> None:
        self.on("invite", self._invite)
        self.on("import", self._import)
        self.on("revoke", lambda given: self._act("invitations.revoke", given, "id"), "The invitation ended.")
        self.on("assign", lambda given: self._act("members.assign_role", given, "user", "role"), "The role counts now.")
        self.on("take", lambda given: self._act("members.take_role", given, "id"), "The role is taken.")
        self.on("remove", lambda given: self._act("members.remove", given, "user"), "They belong to it no more.")
        self.on("disable", lambda given: self._act("users.disable", given, "id"), "They are kept out from now on.")
        self.on("group", lambda given: self._act("groups.create", given, "name"), "The group is made.")
        self.on("delete", lambda given: self._act("groups.delete", given, "id"), "The group is gone.")
        self.on("join", lambda given: self._act("groups.add_member", given, "id", "user"), "They are in the group.")
        self.on("leave", lambda given: self._act("groups.remove_member", given, "id", "user"), "They are out of it.")
        self.on("give", lambda given: self._act("groups.assign_role", given, "id", "role"), "The group has the role.")
        self.on("withdraw", lambda given: self._act("groups.take_role", given, "id", "role"), "The role is taken.")

    async def load(self) -> Shown:
        call, shown = self.visit.call, Shown()
        shown.groups = (await call("groups.list", limit=MOST)).items
        shown.people = (await call("members.list", limit=MOST, q=self.chosen["q"] or None)).items
        if self.invites and self.chosen["tab"] != "groups":
            found = (await call("invitations.list", limit=MOST, sort="-created_at")).items
            shown.invitations = [one for one in found if one.status == "open"]
        return shown

    def show(self, reply: Shown) -> None:
        chooser = tabs("Parts of the page", "tab", TABS, self.chosen["tab"])
        self.draw(self.controls, chooser + toolbar(search("Search people", "q", self.chosen["q"])))
        if self.chosen["tab"] == "groups":
            self.draw(self.list, parts.groups(reply.groups, reply.people, assigns=self.assigns, writes=self.invites))
            self.draw(self.forms, parts.new_group() if self.invites else NOTHING)
            return
        disables = self.visit.person.may("admin:users")
        own = self.visit.person.address or self.visit.person.name
        people = parts.people(reply.people, own, assigns=self.assigns, writes=self.invites, disables=disables)
        waiting = [parts.invitations(reply.invitations)] if reply.invitations else []
        self.draw(self.list, stacked(people, *waiting))
        self.draw(self.forms, parts.invite(reply.groups) if self.invites else NOTHING)

    async def _act(self, operation: str, given: Fields, *names: str) -> None:
        await self.visit.call(operation, **{name: given.get(name, "") for name in names})

    async def _invite(self, given: Fields) -> None:
        made: NewInvitationView = await self.visit.call(
            "invitations.create", email=given.get("email", ""), name=given.get("name", ""),
            roles=[role for role in Role if f"role {role}" in given],
            groups=[name.removeprefix("group ") for name in given if name.startswith("group ")],
        )  # fmt: skip
        self.draw(self.links, parts.links([made]))

    async def _import(self, given: Fields) -> None:
        made = await self.visit.call("invitations.import_people", csv=given.get("csv", ""))
        self.draw(self.links, parts.links(made.items))
