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
from workbench.ui.pairing import Line, Side, pairing
from workbench.ui.parts import NOTHING, Column, Content, card, empty, join, status, table, value, with_code, with_detail

from .words import STATES, made, standing, uses, word

SURE = 80
NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL")
VERSIONS = (Column("Version"), Column("By"), Column("When"), Column("Why", wide=True), Column("Open", acts=True))
SUGGESTED = (
    Column("Target"), Column("Source"), Column("Confidence", numeric=True), Column("Why", wide=True),
    Column("Decide", acts=True),
)  # fmt: skip
RULES = (Column("Target"), Column("Type"), Column("Made of"), Column("How it stands"))


def overview(
    document: Document, tried: MappingPreview | None, proposed: Sequence[Suggestion], chosen: str, *, edits: bool
) -> Markup:
    """Source columns, target columns and the lines between them."""
    states = {state.name: state for state in tried.targets} if tried else {}
    named = dict.fromkeys(name for target in document.columns for name in uses(document, states, target.name))
    sources = tried.columns if tried else [SourceColumn(name=name, type="") for name in named]
    keys = {source.name.casefold(): source.name for source in sources}
    lines = [
        Line(keys.get(name.casefold(), name), column.name, *_standing(states.get(column.name)))
        for column in document.columns
        for name in uses(document, states, column.name)
    ]
    lines += [Line(one.column, one.target, "waiting", f"suggested, {one.confidence} %") for one in proposed]
    left = [Side(source.name, source.name, _type(source.type)) for source in sources]
    right = [_target(column.name, column.type, column.required, states, chosen, edits) for column in document.columns]
    target = f"Target: {document.target}" if document.target else "Target"
    drawn = pairing((f"Source: {document.source}", target), left, right, lines)
    if right:
        return card("Columns", drawn)
    like = button("Like the source", "take", name="from", value="source") if edits and sources else NOTHING
    return card(
        "Columns", join([NO_TARGET, Markup('<p class="middle">{}</p>').format(like), drawn if left else NOTHING])
    )


def _standing(state: TargetState | None) -> tuple[Any, str]:
    return STATES[state.state] if state is not None else ("ok", "mapped")


def _type(name: str) -> Content:
    return Markup('<span class="type">{}</span>').format(name) if name else NOTHING


def _target(name: str, kind: str, required: bool, states: dict[str, TargetState], chosen: str, edits: bool) -> Side:
    star = Markup('<span title="required" aria-hidden="true"> *</span><span class="unseen"> (required)</span>')
    label: Content = Markup("{}{}").format(name, star if required else NOTHING)
    if edits:
        label = _chooses(name, label, tone="quiet", pressed=name == chosen)
    state = states.get(name)
    was = f"{state.made_as} → {kind}" if state and state.made_as and state.made_as != kind else kind
    return Side(name, label, _type(was) + (word(state) if state else NOTHING), name == chosen)


def _chooses(name: str, label: Content, **look: Any) -> Markup:
    return button(label, CHOOSE, name="column", value=name, confirm=UNAPPLIED, replaces=True, **look)


def attention(tried: MappingPreview, *, edits: bool) -> Markup:
    """What stands out: columns that nothing makes, values that do not fit or lose, and what else the target has."""
    worst = ("broken", "failing", "required", "lossy")
    odd = sorted((one for one in tried.targets if one.state in worst), key=lambda one: worst.index(one.state))
    said = [Markup('<ul class="standing">{}</ul>').format(join(_said(one, edits) for one in odd))] if odd else []
    empty_ones = [one.name for one in tried.targets if one.state == "unmapped"]
    if empty_ones:
        said.append(status("waiting", f"Nothing makes {', '.join(empty_ones)}; NULL comes out."))
    if tried.new_in_target:
        names = ", ".join(column.name for column in tried.new_in_target)
        take = button("Take them in", "take") if edits else NOTHING
        said.append(Markup("{} {}").format(status("warning", f"The target’s table also has {names}."), take))
    if not said:
        said.append(status("ok", "Every target column is made, and fits."))
    looked = f"of the first {count(tried.looked_at)} rows" if tried.looked_at else NOTHING
    return card("What stands out", Markup('<div class="standings">{}</div>').format(_lines(said)), aside=looked)


def _lines(said: Sequence[Markup]) -> Markup:
    return join(Markup("<div>{}</div>").format(one) for one in said)


def _said(state: TargetState, edits: bool) -> Markup:
    shape, said = STATES[state.state]
    name: Content = _chooses(state.name, state.name) if edits else state.name
    return Markup("<li><span>{}</span>{}</li>").format(name, status(shape, state.detail or said))


def suggestions(proposed: Sequence[Suggestion]) -> Markup:
    """What target columns may be made of, with ways to take it or leave it."""
    if not proposed:
        return NOTHING
    sure = sum(one.confidence >= SURE for one in proposed)
    every = button(f"Accept {sure} of {SURE} % or more", "accept_sure") if sure > 1 else NOTHING
    rows = [
        (
            with_detail(Markup('<span class="name">{}</span>').format(one.target), with_code(one.reason)), one.column,
            Markup("{}\u202f%").format(one.confidence), with_code(one.reason), _ways(one),
        )
        for one in proposed
    ]  # fmt: skip
    return table("Suggestions", SUGGESTED, rows, aside=every)


def _ways(one: Suggestion) -> Markup:
    unseen = Markup('{}<span class="unseen"> {} for {}</span>')
    return Markup('<span class="acts">{}{}</span>').format(
        button(unseen.format("Accept", one.column, one.target), "accept", name="target", value=one.target),
        button(unseen.format("Reject", one.column, one.target), "reject", name="target", value=one.target),
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
    aside = f"the first {count(len(rows))}" if rows else NOTHING
    drawn = table(
        "Mapped rows",
        columns,
        rows,
        aside=aside,
        empty=empty("No rows", "Mend what stands out above; else the source is empty, or nothing is mapped yet."),
    )
    return Markup('<div class="data">{}</div>').format(drawn)


def _cell(found: Any, given: str | None, state: TargetState) -> Content:
    if given is None:
        return (
            value(found)
            if state.state not in ("unmapped", "required", "broken")
            else Markup('<span class="muted">–</span>')
        )
    if found is None:
        return status("failed", f"{given} does not cast")
    return status("warning", Markup("{} was {}").format(value(found), given))


def rules(document: Document, states: dict[str, TargetState]) -> Markup:
    """How each target column is made, for those who only look."""
    rows = [
        (
            Markup('<span class="name">{}</span>').format(column.name), Markup("<code>{}</code>").format(column.type),
            Markup("<code>{}</code>").format(made(document.rule(column.name))),
            standing(states[column.name]) if column.name in states else "required" if column.required else NOTHING,
        )
        for column in document.columns
    ]  # fmt: skip
    return table("Rules", RULES, rows, empty=NO_TARGET)


def history(versions: Sequence[MappingVersionView], shown: int, current: int, *, edits: bool) -> Markup:
    """The versions, with a way to look at each and a way back to it."""
    return table("Versions", VERSIONS, [_version(one, shown, current, edits) for one in versions])


def _version(one: MappingVersionView, shown: int, current: int, edits: bool) -> tuple[Content, ...]:
    unseen = Markup('<span class="unseen"> version {}</span>').format(one.number)
    ways: list[Content] = []
    if one.number != shown:
        number = "" if one.number == current else str(one.number)
        ways.append(button(Markup("Show{}").format(unseen), CHOOSE, name="version", value=number))
    if edits and one.number != current:
        ask = "Drop what is not saved, and go back?"
        ways.append(
            button(Markup("Restore{}").format(unseen), "restore", name="version", value=str(one.number), confirm=ask)
        )
    here = status("ok", "shown") if one.number == shown else NOTHING
    return (
        Markup("v{} {}").format(one.number, here), who(one.author), when(one.created_at), one.message,
        Markup('<span class="acts">{}</span>').format(join(ways)),
    )  # fmt: skip


NO_TARGET = empty(
    "No target columns yet", "Name the columns that shall come out: add them above, or choose a table as target."
)
