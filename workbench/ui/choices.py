"""Inputs of a form for what is chosen of many things: one from a list, several by ticks, and what is not there yet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from markupsafe import Markup

from workbench.core.naming import LEADS, MANY

from .languages import tr
from .parts import NOTHING, join

Offered = Mapping[str, Sequence[str]]  # what there is to choose from, by what a field names (see `core.naming`)
CHOSEN = "choose-source"  # the act of a choice on which others depend
TICKS = 60  # so many columns are ticked; of more, names are typed
Attributes = Sequence[tuple[str, str]]


def of_one(kind: str, offered: Sequence[str], value: str, attributes: Attributes) -> Markup:
    """A list of what is there; of what may be new a text that suggests."""
    if kind == "new_table" or len(offered) >= MANY:
        named = f"{dict(attributes)['id']}-known"
        known = join(Markup('<option value="{}"></option>').format(one) for one in offered)
        return Markup('<input type="text" autocomplete="off" list="{}"{}><datalist id="{}">{}</datalist>').format(
            named, written([*attributes, ("value", value)]), named, known
        )
    asks = [("data-changed", CHOSEN)] if kind in LEADS else []
    nothing = tr("Choose one") if "required" in dict(attributes) else tr("None")
    listed = ["", *offered] if value in offered or not value else ["", value, *offered]
    items = join(
        Markup('<option value="{}"{}>{}</option>').format(
            one, Markup(" selected") if one == value else NOTHING, one or nothing
        )
        for one in listed
    )
    return Markup("<select{}>{}</select>").format(written([*attributes, *asks]), items)


def of_many(name: str, offered: Sequence[str], value: Any, attributes: Attributes, *, closed: bool) -> Markup:
    """A tick for each that is offered, and unless `closed` a box for others; without any, the box alone."""
    chosen = lines(value)
    box = Markup('<textarea rows="{}" spellcheck="false" data-many="{}"{}>{}</textarea>')
    if not offered or len(offered) > TICKS:
        hinted = [*attributes, ("placeholder", tr("One on each line"))]
        return box.format(3, name, written(hinted), "\n".join(chosen))
    ticks = join(
        Markup('<label><input type="checkbox" name="{}" value="{}"{}>{}</label>').format(
            name, one, Markup(" checked") if one in chosen else NOTHING, one
        )
        for one in offered
    )
    told = [pair for pair in attributes if pair[0] != "required"]
    others = [
        ("name", name),
        ("aria-label", tr("Others of {name}, one on each line", name=name)),
        ("placeholder", tr("Others, one on each line")),
    ]
    rest = box.format(1, name, written(others), "\n".join(one for one in chosen if one not in offered))
    group = written([pair for pair in told if pair[0] != "name"])
    return Markup('<div class="boxes" role="group" data-many="{}" aria-labelledby="f-{}-label"{}>{}</div>{}').format(
        name, name, group, ticks, NOTHING if closed else rest
    )


def lines(value: Any) -> list[str]:
    """The items of a list, or of a text that has one on each line or is JSON."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        with suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, list):
        return [one if isinstance(one, str) else json.dumps(one) for one in value]
    return [one.strip() for one in str(value or "").splitlines() if one.strip()]


def written(attributes: Attributes) -> Markup:
    """The attributes of an element."""
    return NOTHING.join(
        Markup(" {}").format(name) if name in ("required", "checked") else Markup(' {}="{}"').format(name, text)
        for name, text in attributes
    )
