"""Who belongs to a workspace, in which roles and groups, and who is invited."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.naming import MANY
from workbench.core.permissions import Role
from workbench.core.schemas import Page
from workbench.domains.access.schemas import GroupView, InvitationView, MemberView, NewInvitationView, WholeGroupView
from workbench.ui.controls import pager, search, tabs, toolbar
from workbench.ui.languages import mark, spoken, tr
from workbench.ui.parts import NOTHING, loading, stacked
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

from . import member_parts as parts

PEOPLE, GROUPS, INVITATIONS = 100, 20, 50
TABS = {"people": mark("People"), "groups": mark("Groups")}
SEARCHES = {"people": mark("Search people"), "groups": mark("Search groups")}
# What is pressed: the operation that does it, the fields that it wants, and what is said then.
ACTS = {
    "revoke": ("invitations.revoke", ("id",), mark("The invitation ended.")),
    "assign": ("members.assign_role", ("user", "role"), mark("The role counts now.")),
    "take": ("members.take_role", ("id",), mark("The role is taken.")),
    "remove": ("members.remove", ("user",), mark("They belong to it no more.")),
    "disable": ("users.disable", ("id",), mark("They are kept out from now on.")),
    "group": ("groups.create", ("name",), mark("The group is made.")),
    "delete": ("groups.delete", ("id",), mark("The group is gone.")),
    "join": ("groups.add_member", ("id", "user"), mark("They are in the group.")),
    "leave": ("groups.remove_member", ("id", "user"), mark("They are out of it.")),
    "give": ("groups.assign_role", ("id", "role"), mark("The group has the role.")),
    "withdraw": ("groups.take_role", ("id", "role"), mark("The role is taken.")),
}


@dataclass
class Shown:
    """What the chosen tab shows."""

    people: Page[MemberView] = field(default_factory=lambda: Page(items=[]))
    groups: Page[GroupView] = field(default_factory=lambda: Page(items=[]))
    whole: list[WholeGroupView] = field(default_factory=list)
    invitations: Page[InvitationView] = field(default_factory=lambda: Page(items=[]))


def members(visit: Visit) -> Any:
    """The page of a visit."""
    return Members(visit).start()


class Members(View[Shown]):
    """The parts of the page."""

    doing = "the members of the workspace"
    asks: ClassVar = {"tab": "people", "q": "", "cursor": "", "waiting": ""}

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading(tr("Loading the members.")))
        self.forms, self.links = markup(), markup()
        self._sent = 0  # times that somebody was invited
        may = visit.person.may
        self.invites, self.assigns = may("members:write"), may("roles:assign")
        super().__init__(visit, self.controls, self.links, self.list, self.forms)
        self.draw(self.links, NOTHING)
        self._listen()

    @property
    def tab(self) -> str:
        """The part that is shown: what is asked for, or the first where that is none of them."""
        return self.chosen["tab"] if self.chosen["tab"] in TABS else "people"

    def _listen(self) -> None:
        self.on("invite", self._invite)
        self.on("import", self._import)
        for act, (operation, names, said) in ACTS.items():
            self.on(act, partial(self._act, operation, names), tr(said))

    async def load(self) -> Shown:
        call, shown = self.visit.call, Shown()
        asked = {"q": self.chosen["q"] or None, "cursor": self.chosen["cursor"] or None}
        if self.tab == "groups":
            shown.groups = await call("groups.list", limit=GROUPS, **asked)
            each = (call("groups.show", id=str(group.id)) for group in shown.groups.items)
            shown.whole = await asyncio.gather(*each)
            shown.people = await call("members.list", limit=MANY) if self.assigns else shown.people
            return shown
        shown.people = await call("members.list", limit=PEOPLE, sort="user_id", **asked)
        if self.invites:
            shown.groups = await call("groups.list", limit=MANY)
            shown.invitations = await call(
                "invitations.list", limit=INVITATIONS, status="open", sort="-created_at",
                cursor=self.chosen["waiting"] or None,
            )  # fmt: skip
        return shown

    def choose(self, **chosen: str) -> None:
        """Look at something else; what was searched for is not looked for among the others."""
        super().choose(**({"q": ""} | chosen if "tab" in chosen else chosen))

    def show(self, reply: Shown) -> None:
        self.draw(
            self.controls,
            tabs(tr("Parts of the page"), "tab", spoken(TABS), self.tab)
            + toolbar(search(tr(SEARCHES[self.tab]), "q", self.chosen["q"])),
        )
        if self.tab == "groups":
            groups = parts.groups(reply.whole, reply.people, assigns=self.assigns, writes=self.invites)
            self.draw(self.list, groups + pager(self.chosen["cursor"], reply.groups.next))
            self.draw(self.forms, parts.new_group() if self.invites else NOTHING)
            return
        disables = self.visit.person.may("admin:users")
        own = self.visit.person.address or self.visit.person.name
        cursor, following = self.chosen["cursor"], reply.people.next
        people = parts.people(
            reply.people.items, own, partly=bool(cursor or following),
            assigns=self.assigns, writes=self.invites, disables=disables,
        )  # fmt: skip
        waiting = self._waiting(reply.invitations)
        self.draw(self.list, stacked(people + pager(cursor, following), *waiting))
        self.draw(self.forms, parts.invite(reply.groups.items, self._sent) if self.invites else NOTHING)

    def _waiting(self, found: Page[InvitationView]) -> list[Markup]:
        """The open invitations, where there are any."""
        cursor = self.chosen["waiting"]
        if not found.items and not cursor:
            return []
        return [parts.invitations(found.items) + pager(cursor, found.next, "waiting")]

    async def _act(self, operation: str, names: Sequence[str], given: Fields) -> None:
        await self.visit.call(operation, **{name: given.get(name, "") for name in names})

    async def _invite(self, given: Fields) -> None:
        made: NewInvitationView = await self.visit.call(
            "invitations.create", email=given.get("email", ""), name=given.get("name", ""),
            roles=[role for role in Role if f"role {role}" in given],
            groups=[name.removeprefix("group ") for name in given if name.startswith("group ")],
        )  # fmt: skip
        self._sent += 1
        self.draw(self.links, parts.links([made]))

    async def _import(self, given: Fields) -> None:
        made = await self.visit.call("invitations.import_people", csv=given.get("csv", ""))
        self._sent += 1
        self.draw(self.links, parts.links(made.items))
