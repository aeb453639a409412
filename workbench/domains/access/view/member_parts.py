"""The parts of the page of members, drawn from what operations answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup

from workbench.core.permissions import Role
from workbench.core.schemas import Page
from workbench.domains.access.schemas import GroupView, InvitationView, MemberView, NewInvitationView, WholeGroupView
from workbench.ui.controls import button
from workbench.ui.formats import count, when
from workbench.ui.parts import NOTHING, Column, Content, card, command, empty, join, status, table

ADDED = {"role": "Role", "user": "Person"}  # what a field adds
CSV = "email,name,role\nana@example.org,Ana,viewer"


def people(
    found: Sequence[MemberView], own: str, *, partly: bool, assigns: bool, writes: bool, disables: bool
) -> Markup:
    """Each person with her roles and groups, and what can be done about them; `own` is the name of who looks.

    `partly` says that there are more of them on other pages.
    """
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
        only = len(held) == 1 and not partly  # else another page may have more of hers
        roles = _last_role(one, assigns and writes) if only else join((_role(role, assigns) for role in held), " ")
        rows.append((name, roles, ", ".join(one.groups), Markup('<div class="acts">{}</div>').format(join(acts))))
    columns = (
        Column("Person", share=26),
        Column("Roles", share=26),
        Column("Groups", share=16),
        Column("", share=32, acts=True),
    )
    nothing = empty("Nobody is like that", "Search for something else to see more.")
    number = "1 person" if len(rows) == 1 else f"{count(len(rows))} people"
    return table("People", columns, rows, aside=f"{number} on this page" if partly else number, empty=nothing)


def groups(found: Sequence[WholeGroupView], known: Page[MemberView], *, assigns: bool, writes: bool) -> Markup:
    """Each group with its roles and people; whom `known` names can be added, and where there are more, others too."""
    names = sorted({one.name for one in known.items}, key=str.casefold)
    rows = []
    for group in found:
        inside = [one.name for one in group.members]
        roles = join((_group_role(group, role, assigns) for role in group.roles), " ")
        who = join((_inside(group, name, assigns) for name in inside), " ")
        if assigns:
            it = ("id", str(group.id), group.name)
            roles += _add("give", "role", it, _offered(group.roles))
            outside = {name: name for name in names if name not in inside}
            who += _add("join", "user", it, outside, more=known.next is not None)
        question = f"Delete {group.name}? Its people lose what they have by it alone."
        gone = button("Delete", "delete", name="id", value=str(group.id), tone="danger", confirm=question)
        rows.append((Markup('<span class="name">{}</span>').format(group.name), roles, who, gone if writes else ""))
    columns = (
        Column("Group", share=18),
        Column("Roles", share=32),
        Column("People", share=38),
        Column("", share=12, acts=True),
    )
    nothing = empty("No groups", "A group gives everybody in it its roles, and what is shared with it.")
    return table("Groups", columns, rows, empty=nothing)


def invitations(found: Sequence[InvitationView]) -> Markup:
    """Invitations that wait to be taken up."""
    rows = [
        (
            one.email, ", ".join(_titled(one.roles).values()), ", ".join(one.groups), when(one.created_at),
            button("Revoke", "revoke", name="id", value=str(one.id), tone="danger"),
        )
        for one in found
    ]  # fmt: skip
    columns = (Column("Invited"), Column("Roles"), Column("Groups", wide=True), Column("When"), Column("", acts=True))
    nothing = empty("No more of them", "Go back to the first page to see those that wait.")
    return table("Open invitations", columns, rows, empty=nothing)


def links(made: Sequence[NewInvitationView]) -> Markup:
    """What came of an invitation: links to hand on, or that mails are on their way."""
    shown = [one for one in made if one.link]
    if not shown:
        return Markup('<div class="done" role="status" data-answer="true">{}</div>').format(
            status("ok", f"{count(len(made))} invited; a mail is on its way to each.")
        )
    items = join(
        Markup('<p class="link">{}: {} {}</p>').format(
            one.email, command(one.link or ""),
            button("Copy", "copy-code", name="link", value=one.link or "", tone="quiet"),
        )
        for one in shown
    )  # fmt: skip
    said = "Hand each link on yourself: no mail server is set up, and it is not shown again."
    return Markup('<div class="done" role="status" data-answer="true">{}{}</div>').format(status("ok", said), items)


def invite(found: Sequence[GroupView], sent: int) -> Markup:
    """Forms to invite one person, or everybody whom a CSV text names; one that was `sent` is drawn anew, and empty."""
    roles = join(_box(f"role {role}", role.title()) for role in Role)
    into = join(_box(f"group {group.name}", group.name) for group in found)
    in_groups = _boxes("groups", "Groups", into) if into else NOTHING
    one = Markup(
        '<form class="form" data-sent="{}" data-awaits novalidate>'
        '<div class="field"><label for="i-email">Mail address</label>'
        '<input id="i-email" type="email" name="email" required></div>'
        '<div class="field"><label for="i-name">Name</label><input id="i-name" name="name"></div>'
        "{}{}"
        '<div class="acts"><button type="submit" class="main" data-act="invite">Invite</button></div></form>'
    ).format(sent, _boxes("roles", "Roles", roles), in_groups)
    many = Markup(
        '<details><summary>Invite many by CSV</summary><form class="form" data-awaits novalidate><div class="field">'
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
            '<form class="form" data-awaits novalidate><div class="field"><label for="g-name">Name</label>'
            '<input id="g-name" name="name" required><p class="help">Lower-case letters, digits, underscores</p></div>'
            '<div class="acts"><button type="submit" class="main" data-act="group">Make it</button></div></form>'
        ),
    )


def _remove(one: MemberView) -> Markup:
    question = f"Take all roles from {one.name}? They see nothing of the workspace any more."
    return button("Remove", "remove", name="user", value=one.name, tone="danger", confirm=question)


def _disable(one: MemberView) -> Markup:
    question = f"Keep {one.name} out of the whole installation? Their sessions end at once."
    return button("Disable", "disable", name="id", value=one.name, tone="danger", confirm=question)


def _role(one: MemberView, assigns: bool) -> Markup:
    role = one.role.title()
    question = f"Take the role {role} from {one.name}?"
    away = _away("take", "id", str(one.id), f"Take {role} from {one.name}", question) if assigns else NOTHING
    return Markup('<span class="chip">{}{}</span>').format(role, away)


def _last_role(one: MemberView, removes: bool) -> Markup:
    """The only role of somebody: with it she would leave, which is what the cross then asks for and does."""
    role = one.role.title()
    question = (
        f"{role} is the only role of {one.name}: without it they leave the workspace and its groups, and lose what is "
        f"shared with them. Remove {one.name} from the workspace?"
    )
    label = f"Take {role} from {one.name}"
    away = _away("remove", "user", one.name, label, question) if removes else NOTHING
    return Markup('<span class="chip">{}{}</span>').format(role, away)


def _group_role(group: GroupView, role: Role, assigns: bool) -> Markup:
    word = role.title()
    question = f"Take the role {word} from everybody in {group.name}?"
    away = _pair("withdraw", group, "role", role, f"Take {word} from {group.name}", question) if assigns else NOTHING
    return Markup('<span class="chip">{}{}</span>').format(word, away)


def _inside(group: GroupView, name: str, assigns: bool) -> Markup:
    question = f"Take {name} out of {group.name}?"
    away = _pair("leave", group, "user", name, f"Take {name} out of {group.name}", question) if assigns else NOTHING
    return Markup('<span class="chip">{}{}</span>').format(name, away)


def _one_more(user: str, held: set[Role]) -> Markup:
    return _add("assign", "role", ("user", user, user), _offered(held))


def _offered(held: Collection[Role]) -> dict[str, str]:
    """The roles that somebody lacks, the least first: what a slip adds is not the greatest."""
    return _titled(role for role in reversed(Role) if role not in held)


def _titled(roles: Iterable[Role]) -> dict[str, str]:
    """Roles, with what people call them."""
    return {str(role): role.title() for role in roles}


def _add(act: str, name: str, to: tuple[str, str, str], options: Mapping[str, str], *, more: bool = False) -> Markup:
    """What is chosen to be added `to` something, by field, value and name, and the button that adds it.

    Where there is `more` than the options a line suggests them, and others can be typed.
    """
    if not options and not more:
        return NOTHING
    key, value, whose = to
    items = join(Markup('<option value="{}">{}</option>').format(*one) for one in options.items())
    label = f"{ADDED[name]} to add to {whose}"
    chooser = (
        Markup('<input name="{0}" list="{0}-{1}" aria-label="{2}" required><datalist id="{0}-{1}">{3}</datalist>')
        if more
        else Markup('<select name="{0}" aria-label="{2}">{3}</select>')
    ).format(name, value, label, items)
    return Markup(
        '<form class="inline" data-awaits><input type="hidden" name="{}" value="{}">{}'
        '<button type="submit" data-act="{}" aria-label="Add the {} to {}">Add</button></form>'
    ).format(key, value, chooser, act, ADDED[name].lower(), whose)


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


def _boxes(name: str, legend: str, boxes: Markup) -> Markup:
    return Markup('<fieldset class="boxes" data-name="{}"><legend>{}</legend>{}</fieldset>').format(name, legend, boxes)


def _box(name: str, label: str) -> Markup:
    return Markup('<label><input type="checkbox" name="{}" value="on"> {}</label>').format(name, label)
