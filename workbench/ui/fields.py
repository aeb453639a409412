"""Fields of a form that is sent as a whole; see `controls` for those that act by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from markupsafe import Markup

from workbench.core.naming import MANY

from .parts import NOTHING, Content, join

FIELDS_CSS: Final = (Path(__file__).parent / "fields.css").read_text()


def text_field(
    label: Content, name: str, value: str = "", *, required: bool = True, hint: str = "", among: Iterable[str] = (),
    words: Mapping[str, str] | None = None,
) -> Markup:  # fmt: skip
    """A line; `among` are offered, with what `words` say of them, and others can be typed."""
    offered, said = NOTHING, words or {}
    if among:
        options = join(
            Markup('<option value="{}">{}</option>').format(option, said.get(option, "")) for option in among
        )
        offered = Markup('<datalist id="wb-{}-among">{}</datalist>').format(name, options)
    return Markup(
        '<label class="control"><span>{}</span><input name="{}" value="{}" maxlength="200" placeholder="{}"{}{}>{}'
        "</label>"
    ).format(
        label, name, value, hint, Markup(" required") if required else NOTHING,
        Markup(' list="wb-{}-among"').format(name) if among else NOTHING, offered,
    )  # fmt: skip


def number_field(label: str, name: str, value: int, *, least: int = 1, most: int) -> Markup:
    """A whole number."""
    return Markup(
        '<label class="control"><span>{}</span><input type="number" name="{}" value="{}" min="{}" max="{}"></label>'
    ).format(label, name, value, least, most)


def area_field(label: str, name: str, value: str) -> Markup:
    """Several lines."""
    return Markup(
        '<label class="control wide"><span>{}</span><textarea name="{}" rows="3">{}</textarea></label>'
    ).format(label, name, value)


def choice_field(
    label: Content, name: str, options: Sequence[str], value: str, words: Mapping[str, str] | None = None
) -> Markup:
    """A list; what is chosen is in it, also where it is no option any more."""
    known = options if value in options or not value else [*options, value]
    said = words or {}
    items = join(
        Markup('<option value="{}"{}>{}</option>').format(
            option, Markup(" selected") if option == value else NOTHING, said.get(option, option) or "–"
        )
        for option in known
    )
    return Markup('<label class="control"><span>{}</span><select name="{}">{}</select></label>').format(
        label, name, items
    )


def pick_field(label: Content, name: str, options: Mapping[str, str], value: str = "") -> Markup:
    """A list to choose one of `options` from, a word by value; a line that suggests them where there may be more."""
    if len(options) < MANY:
        return choice_field(label, name, list(options), value, options)
    return text_field(label, name, value, required=False, among=options, words=options)


def switch_field(label: Content, name: str, *, on: bool) -> Markup:
    """Something that is so or not; the field is sent where it is."""
    return Markup('<label class="switch"><input type="checkbox" name="{}"{}> {}</label>').format(
        name, Markup(" checked") if on else NOTHING, label
    )
