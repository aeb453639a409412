"""Whom something is shown to, how it is published, and what its readers tell its owner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Protocol
from uuid import UUID

from markupsafe import Markup

from workbench.core.permissions import Role

from .controls import button
from .languages import tr
from .parts import NOTHING, empty, join, with_code
from .presence import Fields

ROLE: Final = "role."


class Shared(Protocol):
    """A right that somebody has, and whom it is for, in words."""

    @property
    def id(self) -> UUID: ...
    @property
    def audience(self) -> str: ...


def publish(label: str) -> Markup:
    """A form to publish something, folded; `label` is what its button says, which does `publish`."""
    roles = join(
        Markup('<label class="inline"><input type="checkbox" name="{}{}"> {}</label>').format(ROLE, role, role.title())
        for role in Role
        if role is not Role.ADMIN
    )
    return Markup(
        '<details class="tell"><summary>{0}</summary><form aria-label="{0}" data-awaits>'
        "<fieldset><legend>{1}</legend>{2}</fieldset>"
        '<label>{3}<input name="people" placeholder="ann@example.org"></label>'
        '<label>{4}<input name="groups" placeholder="{5}"></label>'
        '<label class="inline"><input type="checkbox" name="export"> {6}</label>{7}</form></details>'
    ).format(
        tr("Publish"), tr("Everybody who is"), roles, tr("People, with commas between"),
        tr("Groups, with commas between"), tr("finance"), tr("They may take the data out as CSV"),
        button(label, "publish", tone="main"),
    )  # fmt: skip


def published(fields: Fields) -> dict[str, Any]:
    """The audience that the form says, and what it may do, as operations that publish take it."""
    return {
        "roles": [name.removeprefix(ROLE) for name in fields if name.startswith(ROLE)],
        "people": _listed(fields.get("people", "")), "groups": _listed(fields.get("groups", "")),
        "allow_export": "export" in fields,
    }  # fmt: skip


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def shown_to(shares: Iterable[Shared], *, published: bool, may_share: bool) -> Markup:
    """Whom something is shared with, each with a button that does `unshare` where one may."""
    chips = join(_chip(one, may_share=may_share) for one in shares)
    if not chips:
        nobody = Markup('<p class="audience"><b>{}</b> <span class="muted">{}</span></p>')
        return nobody.format(tr("Shown to"), tr("nobody beyond those who see all of them"))
    label = tr("Shown to") if published else tr("To be shown, once published, to")
    return Markup('<div class="audience" role="group" aria-label="{0}"><b>{0}</b> {1}</div>').format(label, chips)


def _chip(one: Shared, *, may_share: bool) -> Markup:
    label = Markup('<span aria-hidden="true">×</span><span class="unseen">{}</span>')
    told = tr("Show it to {audience} no longer", audience=one.audience)
    ask = tr("Show it to {audience} no longer?", audience=one.audience)
    away = button(
        label.format(told), "unshare", name="share", value=str(one.id), tone="quiet", confirm=ask
    ) if may_share else NOTHING  # fmt: skip
    return Markup('<span class="chip">{}{}</span> ').format(one.audience, away)


FOLDED: Final = Markup('<details class="tell screen-only"><summary>{}</summary><form data-awaits>{}</form></details>')
AWAY: Final = Markup('<div class="card">{}{}</div>')
BACK: Final = Markup('<p class="middle">{}</p>')
ABSENT: Final = Markup('<div class="card">{}<form class="ask" data-awaits>{}</form></div>')


def report(example: str) -> Markup:
    """A form to tell the owner what is wrong, folded; its button does `report`."""
    return FOLDED.format(tr("Report a problem"), _words(tr("What is wrong?"), "report", example, required=True))


def request() -> Markup:
    """A form to ask the owner for what one sees only in part, folded; its button does `request`."""
    return FOLDED.format(tr("Request access"), _reason())


def absent(kind: str) -> Markup:
    """What stands where there is no such thing, or none that one may know of; its button does `request`."""
    told = tr("It may be somebody's draft, or not be shared with you. You can ask its owner to let you see it.")
    return ABSENT.format(empty(tr("You see no {kind} here", kind=tr(kind)), told), _reason())


def away(told: str, way_back: str, *, may_bring_back: bool) -> Markup:
    """What stands where a thing was archived: who can bring it back, and a button that does `unarchive` for who may."""
    back = BACK.format(button(tr("Bring it back"), "unarchive", tone="main")) if may_bring_back else NOTHING
    return AWAY.format(empty(told, with_code(way_back)), back)


def _reason() -> Markup:
    example = tr("I need it for the meeting on Monday.")
    return _words(tr("A word to the owner, if you like"), "request", example, required=False)


def _words(label: str, act: str, placeholder: str, *, required: bool) -> Markup:
    return Markup(
        '<label>{0}<textarea name="text" rows="4" maxlength="1000" placeholder="{1}"{2}></textarea></label>'
        "<div>{3}</div>"
    ).format(
        label, placeholder, Markup(' required minlength="3"') if required else NOTHING,
        button(tr("Send"), act, tone="main"),
    )  # fmt: skip
