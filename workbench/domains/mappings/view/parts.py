"""The parts of a mapping's page, drawn from its document and from what came of trying it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from workbench.core.people import who
from workbench.domains.mappings.schemas import (
    MappingPreview,
    MappingVersionView,
    SourceColumn,
    Suggestion,
    TargetState,
)
from workbench.domains.mappings.schemas.documents import Document
from workbench.ui.controls import CHOOSE, button
from workbench.ui.drafts import UNAPPLIED
from workbench.ui.formats import count, when
from workbench.ui.languages import tr
from workbench.ui.pairing import Line, Side, pairing
from workbench.ui.parts import NOTHING, Column, Content, card, empty, join, status, table, value, with_code, with_detail

from .words import made, sentence, standing, told, uses, word

SURE = 80
NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL")


def overview(
    document: Document, tried: MappingPreview | None, proposed: Sequence[Suggestion], chosen: str, *, edits: bool
) -> Markup:
    """Source columns, target columns and the lines between them."""
    states = {state.name: state for state in tried.targets} if tried else {}
    named = dict.fromkeys(name for target in document.columns for name in uses(document, states, target.name))
    sources = tried.columns if tried else [SourceColumn(name=name, type="") for name in named]
    keys = {source.name.casefold(): source.name for source in sources}
    lines = [
        Line(keys.get(name.casefold(), name), column.name, *told(states.get(column.name)))
        for column in document.columns
        for name in uses(document, states, column.name)
    ]
    lines += [
        Line(one.column, one.target, "waiting", tr("suggested, {share} %", share=one.confidence)) for one in proposed
    ]
    left = [Side(source.name, source.name, _type(source.type)) for source in sources]
    right = [_target(column.name, column.type, column.required, states, chosen, edits) for column in document.columns]
    target = tr("Target: {name}", name=document.target) if document.target else tr("Target")
    drawn = pairing((tr("Source: {name}", name=document.source), target), left, right, lines)
    if right:
        return card(tr("Columns"), drawn)
    like = button(tr("Like the source"), "take", name="from", value="source") if edits and sources else NOTHING
    offer = Markup('<p class="middle">{}</p>').format(like)
    return card(tr("Columns"), join([_no_target(), offer, drawn if left else NOTHING]))


def _type(name: str) -> Content:
    return Markup('<span class="type">{}</span>').format(name) if name else NOTHING


def _target(name: str, kind: str, required: bool, states: dict[str, TargetState], chosen: str, edits: bool) -> Side:
    star = Markup('<span title="{0}" aria-hidden="true"> *</span><span class="unseen"> ({0})</span>')
    label: Content = Markup("{}{}").format(name, star.format(tr("required")) if required else NOTHING)
    if edits:
        label = _chooses(name, label, tone="quiet", pressed=name == chosen)
    state = states.get(name)
    was = f"{state.made_as} → {kind}" if state and state.made_as and state.made_as != kind else kind
    return Side(name, label, _type(was) + (word(state) if state else NOTHING), name == chosen)


def _chooses(name: str, label: Content, **look: Any) -> Markup:
    return button(label, CHOOSE, name="column", value=name, confirm=tr(UNAPPLIED), replaces=True, **look)


def attention(tried: MappingPreview, *, edits: bool) -> Markup:
    """What stands out: columns that nothing makes, values that do not fit or lose, and what else the target has."""
    worst = ("broken", "failing", "required", "lossy")
    odd = sorted((one for one in tried.targets if one.state in worst), key=lambda one: worst.index(one.state))
    said = [Markup('<ul class="standing">{}</ul>').format(join(_said(one, edits) for one in odd))] if odd else []
    empty_ones = [one.name for one in tried.targets if one.state == "unmapped"]
    if empty_ones:
        names = ", ".join(empty_ones)
        said.append(status("waiting", tr("Nothing makes {names}; NULL comes out.", names=names)))
    if tried.new_in_target:
        names = ", ".join(column.name for column in tried.new_in_target)
        take = button(tr("Take them in"), "take") if edits else NOTHING
        also = status("warning", tr("The target’s table also has {names}.", names=names))
        said.append(Markup("{} {}").format(also, take))
    if not said:
        said.append(status("ok", tr("Every target column is made, and fits.")))
    looked = tr("of the first {count} rows", count=count(tried.looked_at)) if tried.looked_at else NOTHING
    return card(tr("What stands out"), Markup('<div class="standings">{}</div>').format(_lines(said)), aside=looked)


def _lines(said: Sequence[Markup]) -> Markup:
    return join(Markup("<div>{}</div>").format(one) for one in said)


def _said(state: TargetState, edits: bool) -> Markup:
    name: Content = _chooses(state.name, state.name) if edits else state.name
    return Markup("<li><span>{}</span>{}</li>").format(name, sentence(state))


def suggestions(proposed: Sequence[Suggestion]) -> Markup:
    """What target columns may be made of, with ways to take it or leave it."""
    if not proposed:
        return NOTHING
    sure = sum(one.confidence >= SURE for one in proposed)
    label = tr("Accept {count} of {share} % or more", count=sure, share=SURE)
    every = button(label, "accept_sure") if sure > 1 else NOTHING
    columns = (
        Column(tr("Target")), Column(tr("Source")), Column(tr("Confidence"), numeric=True),
        Column(tr("Why"), wide=True), Column(tr("Decide"), acts=True),
    )  # fmt: skip
    rows = [
        (
            with_detail(Markup('<span class="name">{}</span>').format(one.target), with_code(one.reason)), one.column,
            Markup("{}\u202f%").format(one.confidence), with_code(one.reason), _ways(one),
        )
        for one in proposed
    ]  # fmt: skip
    return table(tr("Suggestions"), columns, rows, aside=every)


def _ways(one: Suggestion) -> Markup:
    label = Markup('{}<span class="unseen"> {}</span>')
    what = tr("{column} for {target}", column=one.column, target=one.target)
    return Markup('<span class="acts">{}{}</span>').format(
        button(label.format(tr("Accept"), what), "accept", name="target", value=one.target),
        button(label.format(tr("Reject"), what), "reject", name="target", value=one.target),
    )


def preview(tried: MappingPreview) -> Markup:
    """The first mapped rows; a value that fails or is changed says what it was."""
    if not tried.targets:
        return NOTHING
    columns = [Column(state.name, numeric=any(word in state.type for word in NUMBERS)) for state in tried.targets]
    rows = [
        [_cell(*cell) for cell in zip(values, given, tried.targets, strict=True)]
        for values, given in zip(tried.rows, tried.given, strict=True)
    ]
    aside = tr("the first {count}", count=count(len(rows))) if rows else NOTHING
    why = tr("Mend what stands out above; else the source is empty, or nothing is mapped yet.")
    drawn = table(tr("Mapped rows"), columns, rows, aside=aside, empty=empty(tr("No rows"), why))
    return Markup('<div class="data">{}</div>').format(drawn)


def _cell(found: Any, given: str | None, state: TargetState) -> Content:
    if given is None:
        return (
            value(found)
            if state.state not in ("unmapped", "required", "broken")
            else Markup('<span class="muted">–</span>')
        )
    if found is None:
        return status("failed", tr("{given} does not cast", given=given))
    return status("warning", tr("{value} was {given}", value=value(found), given=given))


def rules(document: Document, states: dict[str, TargetState]) -> Markup:
    """How each target column is made, for those who only look."""
    columns = Column(tr("Target")), Column(tr("Type")), Column(tr("Made of")), Column(tr("How it stands"))
    rows = [
        (
            Markup('<span class="name">{}</span>').format(column.name), Markup("<code>{}</code>").format(column.type),
            Markup("<code>{}</code>").format(made(document.rule(column.name))),
            standing(states[column.name]) if column.name in states else tr("required") if column.required else NOTHING,
        )
        for column in document.columns
    ]  # fmt: skip
    return table(tr("Rules"), columns, rows, empty=_no_target())


def history(versions: Sequence[MappingVersionView], shown: int, current: int, *, edits: bool) -> Markup:
    """The versions, with a way to look at each and a way back to it."""
    columns = (
        Column(tr("Version")), Column(tr("By")), Column(tr("When")), Column(tr("Why"), wide=True),
        Column(tr("Open"), acts=True),
    )  # fmt: skip
    return table(tr("Versions"), columns, [_version(one, shown, current, edits) for one in versions])


def _version(one: MappingVersionView, shown: int, current: int, edits: bool) -> tuple[Content, ...]:
    label = Markup('{}<span class="unseen"> {}</span>')
    which = tr("version {number}", number=one.number)
    ways: list[Content] = []
    if one.number != shown:
        number = "" if one.number == current else str(one.number)
        ways.append(button(label.format(tr("Show"), which), CHOOSE, name="version", value=number))
    if edits and one.number != current:
        back, ask = label.format(tr("Restore"), which), tr("Drop what is not saved, and go back?")
        ways.append(button(back, "restore", name="version", value=str(one.number), confirm=ask))
    here = status("ok", tr("shown")) if one.number == shown else NOTHING
    return (
        Markup("v{} {}").format(one.number, here), who(one.author), when(one.created_at), one.message,
        Markup('<span class="acts">{}</span>').format(join(ways)),
    )  # fmt: skip


def _no_target() -> Markup:
    what = tr("Name the columns that shall come out: add them above, or choose a table as target.")
    return empty(tr("No target columns yet"), what)
