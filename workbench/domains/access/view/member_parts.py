"""The parts of the page of members, drawn from what operations answer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from workbench.core.permissions import Role
from workbench.domains.access.schemas import GroupView, InvitationView, MemberView, NewInvitationView
from workbench.ui.controls import button
from workbench.ui.formats import count, when
from workbench.ui.parts import NOTHING, Column, Content, card, command, empty, join, status, table

CSV = "email,name,role\nana@example.org,Ana,viewer"


def people(found: Sequence[MemberView], own: str, *, assigns: bool, writes: bool, disables: bool) -> Markup:
    """Each person with her roles and groups, and what can be done about them; `own` is the name of who looks."""
    by_name = sorted(found, key=lambda one: (one.name.casefold(), one.role))
    rows = []
    for _, several in groupby(by_name, key=lambda one: one.user_id):
        held = list(several)
        one = held[0]
        name = Markup('<span class="name">{}</span>').format(one.display_name)
        if one.name != one.display_name:
            name += Markup('<span class="sub">{}</span>').format(one.name)
        name += Markup('<span class="sub">you</span>') if one.name == own else NOTHING
        acts: list[Content] = [_one_more(one.name, {role.role for role in held})] if assigns else []
        acts += [_remove(one)] if writes else []
        acts += [_disable(one)] if disables and one.name != own else []
        roles = join((_role(role, assigns) for role in held), " ")
        rows.append((name, roles, ", ".join(one.groups), Markup('<div class="acts">{}</div>').format(join(acts))))
    columns = (Column("Person", share=26), Column("Roles", share=26), Column("Groups", share=16), Column("", share=32))
    nothing = empty("Nobody is like that", "Search for something else to see more.")
    return table(
        "People", columns, rows, aside="1 person" if len(rows) == 1 else f"{count(len(rows))} people", empty=nothing
    )


def groups(found: Sequence[GroupView], members: Sequence[MemberView], *, assigns: bool, writes: bool) -> Markup:
    """Each group with its roles and people."""
    names = sorted({one.name for one in members}, key=str.casefold)
    rows = []
    for group in found:
        inside = sorted({one.name for one in members if group.name in one.groups}, key=str.casefold)
        roles = join((_group_role(group, role, assigns) for role in group.roles), " ")
        who = join((_inside(group, name, assigns) for name in inside), " ")
        if assigns:
            left = [role for role in Role if role not in group.roles]
            roles += _choose("give", "role", "Role", [str(role) for role in left], "id", str(group.id), group.name)
            outside = [name for name in names if name not in inside]
            who += _choose("join", "user", "Person", outside, "id", str(group.id), group.name)
        question = f"Delete {group.name}? Its people lose what they have by it alone."
        gone = button("Delete", "delete", name="id", value=str(group.id), tone="danger", confirm=question)
        rows.append((Markup('<span class="name">{}</span>').format(group.name), roles, who, gone if writes else ""))
    columns = (Column("Group", share=18), Column("Roles", share=32), Column("People", share=38), Column("", share=12))
    nothing = empty("No groups yet", "A group gives everybody in it its roles, and what is shared with it.")
    return table("Groups", columns, rows, empty=nothing)


def invitations(found: Sequence[InvitationView]) -> Markup:
    """Invitations that wait to be taken up."""
    rows = [
        (
            one.email, ", ".join(map(str, one.roles)), ", ".join(one.groups), when(one.created_at),
            button("Revoke", "revoke", name="id", value=str(one.id), tone="danger"),
        )
        for one in found
    ]  # fmt: skip
    columns = (Column("Invited"), Column("Roles"), Column("Groups", wide=True), Column("When"), Column(""))
    return table("Open invitations", columns, rows)


def links(made: Sequence[NewInvitationView]) -> Markup:
    """What came of an invitation: links to hand on, or that mails are on their way."""
    shown = [one for one in made if one.link]
    if not shown:
        return Markup('<div class="done" role="status">{}</div>').format(
            status("ok", f"{count(len(made))} invited; a mail is on its way to each.")
        )
    items = join(Markup("<p>{}: {}</p>").format(one.email, command(one.link or "")) for one in shown)
    said = "Hand each link on yourself: no mail server is set up, and it is not shown again."
    return Markup('<div class="done" role="status">{}{}</div>').format(status("ok", said), items)


def invite(found: Sequence[GroupView]) -> Markup:
    """Forms to invite one person, or everybody whom a CSV text names."""
    roles = join(_box(f"role {role}", str(role)) for role in Role)
    into = join(_box(f"group {group.name}", group.name) for group in found)
    in_groups = Markup('<fieldset class="boxes"><legend>Groups</legend>{}</fieldset>').format(into) if into else NOTHING
    one = Markup(
        '<form class="form" novalidate><div class="field"><label for="i-email">Mail address</label>'
        '<input id="i-email" type="email" name="email" required></div>'
        '<div class="field"><label for="i-name">Name</label><input id="i-name" name="name"></div>'
        '<fieldset class="boxes"><legend>Roles</legend>{}</fieldset>{}'
        '<div class="acts"><button type="submit" class="main" data-act="invite">Invite</button></div></form>'
    ).format(roles, in_groups)
    many = Markup(
        '<details><summary>Invite many by CSV</summary><form class="form" novalidate><div class="field">'
        '<label for="i-csv">First line email,name,role, or email,name,role,groups</label>'
        '<textarea id="i-csv" name="csv" rows="6" spellcheck="false" placeholder="{}"></textarea></div>'
        '<div class="acts"><button type="submit" data-act="import">Invite all</button></div></form></details>'
    ).format(CSV)
    return card("Invite", one + many)


def new_group() -> Markup:
    """A form to make a group."""
    return card(
        "New group",
        Markup(
            '<form class="form" novalidate><div class="field"><label for="g-name">Name</label>'
            '<input id="g-name" name="name" required><p class="help">Lower-case letters, digits, underscores</p></div>'
            '<div class="acts"><button type="submit" class="main" data-act="group">Make it</button></div></form>'
        ),
    )


def _remove(one: MemberView) -> Markup:
    question = f"Take all roles from {one.name}? They see nothing of the workspace any more."
    return button("Remove", "remove", name="user", value=one.name, tone="danger", confirm=question)


def _disable(one: MemberView) -> Markup:
    question = f"Keep {one.name} out of the whole installation? Their sessions end at once."
    return button("Disable", "disable", name="id", value=str(one.user_id), tone="danger", confirm=question)


def _role(one: MemberView, assigns: bool) -> Markup:
    question = f"Take the role {one.role} from {one.name}?"
    away = _away("take", "id", str(one.id), f"Take {one.role} from {one.name}", question) if assigns else NOTHING
    return Markup('<span class="chip">{}{}</span>').format(one.role, away)


def _group_role(group: GroupView, role: Role, assigns: bool) -> Markup:
    question = f"Take the role {role} from everybody in {group.name}?"
    away = (
        _pair("withdraw", group, "role", str(role), f"Take {role} from {group.name}", question) if assigns else NOTHING
    )
    return Markup('<span class="chip">{}{}</span>').format(role, away)


def _inside(group: GroupView, name: str, assigns: bool) -> Markup:
    question = f"Take {name} out of {group.name}?"
    away = _pair("leave", group, "user", name, f"Take {name} out of {group.name}", question) if assigns else NOTHING
    return Markup('<span class="chip">{}{}</span>').format(name, away)


def _one_more(user: str, held: set[Role]) -> Markup:
    left = [str(role) for role in Role if role not in held]
    return _choose("assign", "role", "Role", left, "user", user, user)


def _choose(act: str, name: str, what: str, options: Sequence[str], key: str, value: str, whose: str) -> Markup:
    """A list to choose what is added from, and the button that adds it."""
    if not options:
        return NOTHING
    items = join(Markup("<option>{}</option>").format(one) for one in options)
    return Markup(
        '<form class="inline"><input type="hidden" name="{}" value="{}">'
        '<select name="{}" aria-label="{} to add to {}">{}</select>'
        '<button type="submit" data-act="{}" aria-label="Add the {} to {}">Add</button></form>'
    ).format(key, value, name, what, whose, items, act, what.lower(), whose)


def _away(act: str, name: str, value: str, label: str, question: str) -> Markup:
    cross = Markup('<span aria-hidden="true">×</span><span class="unseen">{}</span>').format(label)
    return button(cross, act, name=name, value=value, tone="quiet", confirm=question)


def _pair(act: str, group: GroupView, name: str, value: str, label: str, question: str) -> Markup:
    """A button that says two things: the group, and what is taken from it."""
    return Markup(
        '<form class="inline"><input type="hidden" name="id" value="{}"><input type="hidden" name="{}" value="{}">'
        '<button type="submit" class="quiet" data-act="{}" data-confirm="{}"><span aria-hidden="true">×</span>'
        '<span class="unseen">{}</span></button></form>'
    ).format(group.id, name, value, act, question, label)


def _box(name: str, label: str) -> Markup:
    return Markup('<label><input type="checkbox" name="{}" value="on"> {}</label>').format(name, label)
