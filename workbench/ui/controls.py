"""What people press and fill in; what they do reaches the page by its act, see `presence`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from .languages import tr
from .parts import NOTHING, Content, join

CHOOSE = "choose"  # the act that changes what a page shows; see `views`


def button(
    label: Content, act: str, *, name: str = "", value: str = "", tone: str = "", confirm: str = "",
    replaces: bool = False, pressed: bool | None = None,
) -> Markup:  # fmt: skip
    """A button that does `act` with one field; `confirm` is asked first, `pressed` says how a switch stands.

    One that `replaces` what somebody wrote asks only where that was neither run nor saved.
    """
    extra = [("data-name", name), ("data-value", value)] if name else []
    extra += [("data-confirm", confirm)] if confirm else []
    extra += [("data-replaces", "true")] if replaces else []
    extra += [("aria-pressed", str(pressed).lower())] if pressed is not None else []
    return Markup('<button type="button" class="{}" data-act="{}"{}>{}</button>').format(
        tone, act, _attributes(extra), label
    )


def link(label: Content, href: str, *, tone: str = "") -> Markup:
    """A link that looks like a button."""
    return Markup('<a class="button {}" href="{}">{}</a>').format(tone, href, label)


def search(label: str, name: str, value: str) -> Markup:
    """A box that searches as one types."""
    return Markup(
        '<label class="control grow"><span class="unseen">{}</span>'
        '<input type="search" name="{}" value="{}" placeholder="{}" data-act="{}" autocomplete="off"></label>'
    ).format(label, name, value, label, CHOOSE)


def choice(label: str, name: str, options: Mapping[str, str], value: str, act: str = CHOOSE) -> Markup:
    """A list to choose one of `options` from, a word by value; `act` is done when another is."""
    items = join(
        Markup('<option value="{}"{}>{}</option>').format(key, " selected" if key == value else "", word)
        for key, word in options.items()
    )
    return Markup('<label class="control"><span>{}</span><select name="{}" data-act="{}">{}</select></label>').format(
        label, name, act, items
    )


def archive_choice(value: str) -> Markup:
    """A list of whether what is in use or what was put away is listed, as `show`."""
    return choice(tr("Show"), "show", {"": tr("In use"), "archived": tr("Archived")}, value)


def archived(title: str, name: str, shown: Content = NOTHING) -> Markup:
    """A thing in a list of what was put away, and what brings it back: it does `unarchive` with its `id`.

    It is `shown` as its title where nothing else is given.
    """
    label = Markup('{}<span class="unseen"> {}</span>').format(tr("Bring back"), title)
    return Markup('<span class="name">{}</span> {}').format(
        shown or title, button(label, "unarchive", name="id", value=name)
    )


def toolbar(*controls: Content) -> Markup:
    """Controls in a row above what they change."""
    return Markup('<div class="toolbar screen-only">{}</div>').format(join(controls))


def pager(cursor: str, following: str | None, name: str = "cursor") -> Markup:
    """The way through a list that comes in pages: on to the next, and back to the first; `name` is what it chooses."""
    first = button(tr("First page"), CHOOSE, name=name) if cursor else NOTHING
    more = button(tr("Next page"), CHOOSE, name=name, value=following) if following else NOTHING
    if not first and not more:
        return NOTHING
    label = tr("Pages of the list")
    return Markup('<nav class="pager screen-only" aria-label="{}">{}{}</nav>').format(label, first, more)


def tabs(label: str, name: str, options: Mapping[str, str], value: str) -> Markup:
    """Parts of a page of which one is shown, a word by value; the choice is in the address."""
    items = join(
        Markup('<a href="?{}={}" data-act="{}" data-name="{}" data-value="{}"{}>{}</a>').format(
            name, key, CHOOSE, name, key, Markup(' aria-current="true"') if key == value else NOTHING, word
        )
        for key, word in options.items()
    )
    return Markup('<nav class="tabs screen-only" aria-label="{}">{}</nav>').format(label, items)


def facts(pairs: Sequence[tuple[Content, Content]]) -> Markup:
    """What is known of a thing, each with its name."""
    items = join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(*pair) for pair in pairs)
    return Markup('<dl class="facts">{}</dl>').format(items)


def code(text: str, label: str) -> Markup:
    """Text as a program wrote it, which scrolls on its own."""
    return Markup('<pre class="code" tabindex="0" role="group" aria-label="{}"><code>{}</code></pre>').format(
        label, text
    )


def snippet(text: str, label: str) -> Markup:
    """Code to take elsewhere, with a button that copies it."""
    copy = button(tr("Copy"), "copy-code", tone="quiet")
    return Markup('<div class="snippet"><p class="sub">{}</p>{}{}</div>').format(label, copy, code(text, label))


def _attributes(pairs: Sequence[tuple[str, str]]) -> Markup:
    return NOTHING.join(Markup(' {}="{}"').format(*pair) for pair in pairs)
