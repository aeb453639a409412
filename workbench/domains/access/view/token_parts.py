"""The parts of a page that are about one's own API tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from markupsafe import Markup

from workbench.core.clock import now
from workbench.core.permissions import PERMISSIONS, ShareRight
from workbench.domains.access.schemas import NewTokenView, TokenView
from workbench.ui.controls import button
from workbench.ui.formats import local, when
from workbench.ui.parts import Column, Content, card, command, empty, join, status, table, with_detail

# What may be done with a token that looks only: it changes nothing, and hands nothing on.
LOOKING: Final = sorted(
    {name for name, one in PERMISSIONS.items() if one.share_right == ShareRight.VIEW and not one.system_admin_only}
    - {"shares:grant"}
    | {"queries:run"}
)
REACHES: Final[Mapping[str, str]] = {"": "Whatever I may", "look": "Only look: read, query and download"}
DAYS: Final[Mapping[str, str]] = {"7": "7 days", "30": "30 days", "90": "90 days", "365": "A year"}
USUAL_DAYS: Final = "90"
COLUMNS: Final = (
    Column("Token", share=24), Column("Workspace", wide=True, share=14), Column("May do", wide=True, share=20),
    Column("Last used", share=16), Column("State", wide=True, share=14), Column("", share=12, acts=True),
)  # fmt: skip


def tokens(found: Sequence[TokenView], *, revokes: bool) -> Markup:
    """One's tokens, and what takes one away."""
    nothing = empty("No tokens", "A program that acts for you sends one with each request.")
    return table("API tokens", COLUMNS, [_row(one, revokes) for one in found], empty=nothing)


def _row(one: TokenView, revokes: bool) -> tuple[Content, ...]:
    name = Markup('<span class="name">{}</span><span class="sub"><code>wbt_{}…</code></span>').format(
        one.name, one.prefix
    )
    state = _state(one)
    question = f"Revoke {one.name}? What uses it is refused from now on, and so is what was made by means of it."
    act = button("Revoke", "revoke", name="id", value=str(one.id), tone="danger", confirm=question)
    return (
        with_detail(name, state), one.workspace, _reach(one.scopes), when(one.last_used_at), state,
        act if revokes and _good(one) else "",
    )  # fmt: skip


def _good(one: TokenView) -> bool:
    return one.revoked_at is None and one.expires_at > now()


def _state(one: TokenView) -> Markup:
    if one.revoked_at is not None:
        return status("off", "revoked")
    return status("ok", f"until {_day(one.expires_at)}") if _good(one) else status("off", "expired")


def _day(moment: datetime) -> str:
    return f"{local(moment):%d %b %Y}"


def _reach(scopes: Sequence[str] | None) -> str:
    if scopes is None:
        return "whatever you may"
    return "only look" if scopes == LOOKING else ", ".join(scopes[:3]) + (" …" if len(scopes) > 3 else "")


def made(one: NewTokenView) -> Markup:
    """A token that was just made, this once."""
    said = status("ok", f"This is {one.name}. Copy it now: it is not shown again.")
    copy = button("Copy", "copy-code", name="token", value=one.token, tone="quiet")
    return Markup(
        '<div class="done" role="status" data-answer="true">{}<p class="link">{} {}</p></div>'
    ).format(said, command(one.token), copy)  # fmt: skip


def new(made_before: int) -> Markup:
    """A form to make one; a form is drawn anew, and empty, after each that was `made_before`."""
    return card(
        "New token",
        Markup(
            '<form class="form" data-made="{}" novalidate><div class="field"><label for="t-name">Name</label>'
            '<input id="t-name" name="name" maxlength="80" required autocomplete="off">'
            '<p class="help">What will use it, such as nightly report</p></div>'
            '<div class="field"><label for="t-does">It may do</label><select id="t-does" name="reach">{}</select></div>'
            '<div class="field"><label for="t-days">Good for</label><select id="t-days" name="days">{}</select></div>'
            '<div class="acts"><button type="submit" class="main" data-act="mint">Make it</button></div></form>'
        ).format(made_before, _options(REACHES, ""), _options(DAYS, USUAL_DAYS)),
    )


def _options(words: Mapping[str, str], chosen: str) -> Markup:
    return join(
        Markup('<option value="{}"{}>{}</option>').format(
            value, Markup(" selected") if value == chosen else "", word
        )
        for value, word in words.items()
    )  # fmt: skip
