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
from workbench.ui.formats import dated, local, when
from workbench.ui.languages import mark, tr
from workbench.ui.parts import Column, Content, card, command, empty, join, status, table, with_detail

# What may be done with a token that looks only: it changes nothing, and hands nothing on.
LOOKING: Final = sorted(
    {name for name, one in PERMISSIONS.items() if one.share_right == ShareRight.VIEW and not one.system_admin_only}
    - {"shares:grant"}
    | {"queries:run"}
)
REACHES: Final[Mapping[str, str]] = {
    "": mark("Whatever I may"), "look": mark("Only look: read, query and download")
}  # fmt: skip
DAYS: Final[Mapping[str, str]] = {
    "7": mark("7 days"), "30": mark("30 days"), "90": mark("90 days"), "365": mark("A year")
}  # fmt: skip
USUAL_DAYS: Final = "90"


def tokens(found: Sequence[TokenView], *, revokes: bool) -> Markup:
    """One's tokens, and what takes one away."""
    columns = (
        Column(tr("Token"), share=24), Column(tr("Workspace"), wide=True, share=14),
        Column(tr("May do"), wide=True, share=20), Column(tr("Last used"), share=16),
        Column(tr("State"), wide=True, share=14), Column("", share=12, acts=True),
    )  # fmt: skip
    nothing = empty(tr("No tokens"), tr("A program that acts for you sends one with each request."))
    return table(tr("API tokens"), columns, [_row(one, revokes) for one in found], empty=nothing)


def _row(one: TokenView, revokes: bool) -> tuple[Content, ...]:
    name = Markup('<span class="name">{}</span><span class="sub"><code>wbt_{}…</code></span>').format(
        one.name, one.prefix
    )
    state = _state(one)
    question = tr(
        "Revoke {token}? What uses it is refused from now on, and so is what was made by means of it.", token=one.name
    )
    act = button(tr("Revoke"), "revoke", name="id", value=str(one.id), tone="danger", confirm=question)
    return (
        with_detail(name, state), one.workspace, _reach(one.scopes), when(one.last_used_at), state,
        act if revokes and _good(one) else "",
    )  # fmt: skip


def _good(one: TokenView) -> bool:
    return one.revoked_at is None and one.expires_at > now()


def _state(one: TokenView) -> Markup:
    if one.revoked_at is not None:
        return status("off", tr("revoked"))
    return status("ok", tr("until {day}", day=_day(one.expires_at))) if _good(one) else status("off", tr("expired"))


def _day(moment: datetime) -> str:
    return dated(local(moment), "%d %b %Y")


def _reach(scopes: Sequence[str] | None) -> str:
    if scopes is None:
        return tr("whatever you may")
    return tr("only look") if scopes == LOOKING else ", ".join(scopes[:3]) + (" …" if len(scopes) > 3 else "")


def made(one: NewTokenView) -> Markup:
    """A token that was just made, this once."""
    said = status("ok", tr("This is {token}. Copy it now: it is not shown again.", token=one.name))
    copy = button(tr("Copy"), "copy-code", name="token", value=one.token, tone="quiet")
    return Markup(
        '<div class="done" role="status" data-answer="true">{}<p class="link">{} {}</p></div>'
    ).format(said, command(one.token), copy)  # fmt: skip


def new(made_before: int) -> Markup:
    """A form to make one; a form is drawn anew, and empty, after each that was `made_before`."""
    form = Markup(
        '<form class="form" data-made="{}" novalidate><div class="field"><label for="t-name">{}</label>'
        '<input id="t-name" name="name" maxlength="80" required autocomplete="off"><p class="help">{}</p></div>'
        '<div class="field"><label for="t-does">{}</label><select id="t-does" name="reach">{}</select></div>'
        '<div class="field"><label for="t-days">{}</label><select id="t-days" name="days">{}</select></div>'
        '<div class="acts"><button type="submit" class="main" data-act="mint">{}</button></div></form>'
    ).format(
        made_before, tr("Name"), tr("What will use it, such as nightly report"), tr("It may do"), _options(REACHES, ""),
        tr("Good for"), _options(DAYS, USUAL_DAYS), tr("Make it"),
    )  # fmt: skip
    return card(tr("New token"), form)


def _options(words: Mapping[str, str], chosen: str) -> Markup:
    return join(
        Markup('<option value="{}"{}>{}</option>').format(
            value, Markup(" selected") if value == chosen else "", tr(word)
        )
        for value, word in words.items()
    )  # fmt: skip
