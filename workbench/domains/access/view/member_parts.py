"""The parts of the page of members, drawn from what operations answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup

from workbench.core.permissions import Role
from workbench.core.schemas import Page
from workbench.domains.access.schemas import GroupView, InvitationView, MemberView, NewInvitationView, WholeGroupView
from workbench.ui.controls import button
from workbench.ui.formats import count, plural, when
from workbench.ui.languages import mark, tr, trn
from workbench.ui.parts import NOTHING, Column, Content, card, command, empty, join, status, table

# What a field adds, and the button beside it.
ADDED = {
    "role": (mark("Role to add to {whom}"), mark("Add the role to {whom}")),
    "user": (mark("Person to add to {whom}"), mark("Add the person to {whom}")),
}
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
        name += Markup('<span class="sub">{}</span>').format(tr("you")) if one.name == own else NOTHING
        acts: list[Content] = [_one_more(one.name, {role.role for role in held})] if assigns else []
        acts += [_remove(one)] if writes else []
        acts += [_disable(one)] if disables and one.name != own else []
        only = len(held) == 1 and not partly  # else another page may have more of hers
        roles = _last_role(one, assigns and writes) if only else join((_role(role, assigns) for role in held), " ")
        rows.append((name, roles, ", ".join(one.groups), Markup('<div class="acts">{}</div>').format(join(acts))))
    columns = (
        Column(tr("Person"), share=26),
        Column(tr("Roles"), share=26),
        Column(tr("Groups"), share=16),
        Column("", share=32, acts=True),
    )
    nothing = empty(tr("Nobody is like that"), tr("Search for something else to see more."))
    number = plural(len(rows), "person", "people")
    if partly:
        number = trn(len(rows), "{n} person on this page", "{n} people on this page", n=count(len(rows)))
    return table(tr("People"), columns, rows, aside=number, empty=nothing)


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
        question = tr("Delete {group}? Its people lose what they have by it alone.", group=group.name)
        gone = button(tr("Delete"), "delete", name="id", value=str(group.id), tone="danger", confirm=question)
        rows.append((Markup('<span class="name">{}</span>').format(group.name), roles, who, gone if writes else ""))
    columns = (
        Column(tr("Group"), share=18),
        Column(tr("Roles"), share=32),
        Column(tr("People"), share=38),
        Column("", share=12, acts=True),
    )
    nothing = empty(tr("No groups"), tr("A group gives everybody in it its roles, and what is shared with it."))
    return table(tr("Groups"), columns, rows, empty=nothing)


def invitations(found: Sequence[InvitationView]) -> Markup:
    """Invitations that wait to be taken up."""
    rows = [
        (
            one.email, ", ".join(_titled(one.roles).values()), ", ".join(one.groups), when(one.created_at),
            button(tr("Revoke"), "revoke", name="id", value=str(one.id), tone="danger"),
        )
        for one in found
    ]  # fmt: skip
    columns = (
        Column(tr("Invited")),
        Column(tr("Roles")),
        Column(tr("Groups"), wide=True),
        Column(tr("When")),
        Column("", acts=True),
    )
    nothing = empty(tr("No more of them"), tr("Go back to the first page to see those that wait."))
    return table(tr("Open invitations"), columns, rows, empty=nothing)


def links(made: Sequence[NewInvitationView]) -> Markup:
    """What came of an invitation: links to hand on, or that mails are on their way."""
    shown = [one for one in made if one.link]
    if not shown:
        return Markup('<div class="done" role="status" data-answer="true">{}</div>').format(
            status("ok", tr("{n} invited; a mail is on its way to each.", n=count(len(made))))
        )
    items = join(
        Markup('<p class="link">{}: {} {}</p>').format(
            one.email, command(one.link or ""),
            button(tr("Copy"), "copy-code", name="link", value=one.link or "", tone="quiet"),
        )
        for one in shown
    )  # fmt: skip
    said = tr("Hand each link on yourself: no mail server is set up, and it is not shown again.")
    return Markup('<div class="done" role="status" data-answer="true">{}{}</div>').format(status("ok", said), items)


def invite(found: Sequence[GroupView], sent: int) -> Markup:
    """Forms to invite one person, or everybody whom a CSV text names; one that was `sent` is drawn anew, and empty."""
    roles = join(_box(f"role {role}", role.title()) for role in Role)
    into = join(_box(f"group {group.name}", group.name) for group in found)
    in_groups = _boxes("groups", tr("Groups"), into) if into else NOTHING
    one = Markup(
        '<form class="form" data-sent="{}" data-awaits novalidate>'
        '<div class="field"><label for="i-email">{}</label>'
        '<input id="i-email" type="email" name="email" required></div>'
        '<div class="field"><label for="i-name">{}</label><input id="i-name" name="name"></div>'
        "{}{}"
        '<div class="acts"><button type="submit" class="main" data-act="invite">{}</button></div></form>'
    ).format(sent, tr("Mail address"), tr("Name"), _boxes("roles", tr("Roles"), roles), in_groups, tr("Invite"))
    many = Markup(
        '<details><summary>{}</summary><form class="form" data-awaits novalidate><div class="field">'
        '<label for="i-csv">{}</label>'
        '<textarea id="i-csv" name="csv" rows="6" spellcheck="false" placeholder="{}"></textarea></div>'
        '<div class="acts"><button type="submit" data-act="import">{}</button></div></form></details>'
    ).format(
        tr("Invite many by CSV"), tr("First line email,name,role, or email,name,role,groups"), CSV, tr("Invite all")
    )
    return card(tr("Invite"), one + many)


def new_group() -> Markup:
    """A form to make a group."""
    return card(
        tr("New group"),
        Markup(
            '<form class="form" data-awaits novalidate><div class="field"><label for="g-name">{}</label>'
            '<input id="g-name" name="name" required><p class="help">{}</p></div>'
            '<div class="acts"><button type="submit" class="main" data-act="group">{}</button></div></form>'
        ).format(tr("Name"), tr("Lower-case letters, digits, underscores"), tr("Make it")),
    )


def _remove(one: MemberView) -> Markup:
    question = tr("Take all roles from {person}? They see nothing of the workspace any more.", person=one.name)
    return button(tr("Remove"), "remove", name="user", value=one.name, tone="danger", confirm=question)


def _disable(one: MemberView) -> Markup:
    question = tr("Keep {person} out of the whole installation? Their sessions end at once.", person=one.name)
    return button(tr("Disable"), "disable", name="id", value=one.name, tone="danger", confirm=question)


def _role(one: MemberView, assigns: bool) -> Markup:
    role = one.role.title()
    label = tr("Take {role} from {whom}", role=role, whom=one.name)
    question = tr("Take the role {role} from {person}?", role=role, person=one.name)
    away = _away("take", "id", str(one.id), label, question) if assigns else NOTHING
    return Markup('<span class="chip">{}{}</span>').format(role, away)


def _last_role(one: MemberView, removes: bool) -> Markup:
    """The only role of somebody: with it she would leave, which is what the cross then asks for and does."""
    role = one.role.title()
    question = tr(
        "{role} is the only role of {person}: without it they leave the workspace and its groups, and lose what is "
        "shared with them. Remove {person} from the workspace?", role=role, person=one.name,
    )  # fmt: skip
    label = tr("Take {role} from {whom}", role=role, whom=one.name)
    away = _away("remove", "user", one.name, label, question) if removes else NOTHING
    return Markup('<span class="chip">{}{}</span>').format(role, away)


def _group_role(group: GroupView, role: Role, assigns: bool) -> Markup:
    word = role.title()
    label = tr("Take {role} from {whom}", role=word, whom=group.name)
    question = tr("Take the role {role} from everybody in {group}?", role=word, group=group.name)
    away = _pair("withdraw", group, "role", role, label, question) if assigns else NOTHING
    return Markup('<span class="chip">{}{}</span>').format(word, away)


def _inside(group: GroupView, name: str, assigns: bool) -> Markup:
    label = tr("Take {person} out of {group}", person=name, group=group.name)
    question = tr("Take {person} out of {group}?", person=name, group=group.name)
    away = _pair("leave", group, "user", name, label, question) if assigns else NOTHING
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
    label, press = (tr(said, whom=whose) for said in ADDED[name])
    chooser = (
        Markup('<input name="{0}" list="{0}-{1}" aria-label="{2}" required><datalist id="{0}-{1}">{3}</datalist>')
        if more
        else Markup('<select name="{0}" aria-label="{2}">{3}</select>')
    ).format(name, value, label, items)
    return Markup(
        '<form class="inline" data-awaits><input type="hidden" name="{}" value="{}">{}'
        '<button type="submit" data-act="{}" aria-label="{}">{}</button></form>'
    ).format(key, value, chooser, act, press, tr("Add"))


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
