"""What leads from page to page: the menu, where one is, the search box, and who one is."""

from __future__ import annotations

from itertools import groupby
from urllib.parse import quote

from markupsafe import Markup

from workbench.core.permissions import Role

from .icons import icon
from .languages import mark, tr
from .likings import OPENS_LAB
from .pages import PageSpec
from .parts import NOTHING, Content, Way, join
from .visit import Visit

SEARCH, PREFERENCES, DOCS = "search", "preferences", "docs"
HOME, TROUBLE = "home", "how-to.troubleshoot"


def navigation(visit: Visit) -> Markup:
    """Links to the pages of the registry that the person may open, by group, and back to Jupyter where she may."""
    shown = [page for page in visit.may_open if page.in_navigation]
    groups = join(
        _group(group or "", join(_item(visit, page) for page in pages)) for group, pages in groupby(shown, _group_of)
    )
    if visit.seen_as:  # whoever follows that link is herself again
        return groups
    if not visit.person.may(OPENS_LAB):
        return groups
    lab = _link(visit.home + "lab", "lab", "JupyterLab", here=False)
    return Markup('{}<ul class="below">{}</ul>').format(groups, lab)


def role_bar(visit: Visit) -> Markup:
    """That one sees the workspace as somebody of a role would, and the way back; nothing where one does not."""
    if not visit.seen_as:
        return NOTHING
    vowel, role = visit.seen_as[0] in "ae", visit.seen_as.capitalize()
    seen = mark("You see this as an {role} would.") if vowel else mark("You see this as a {role} would.")
    return Markup(
        '<div class="role-bar screen-only" role="status"><p><b>{}</b> {}</p><a href="{}">{}</a></div>'
    ).format(tr(seen, role=role), tr("Nothing can be changed meanwhile."), visit.as_role(), tr("Back to yourself"))


def crumbs(visit: Visit, label: Content = NOTHING, aside: Content = NOTHING) -> Markup:
    """Where one is: the way to the page, its heading `label`, and what stands at its end.

    The app bar names a page to which the navigation leads; there the heading is for those who hear the page.
    """
    if visit.page.in_navigation:
        return Markup('<h1 class="unseen">{}</h1>').format(tr(visit.page.title))
    above = None if visit.embedded else above_of(visit)
    way = (
        Markup('<a href="{}">{}</a><span aria-hidden="true">›</span>').format(visit.link(above), tr(above.title))
        if above
        else NOTHING
    )
    return Markup(
        '<div class="crumbs"><nav aria-label="{}">{}<h1>{}</h1></nav><div class="acts">{}</div></div>'
    ).format(tr("Breadcrumb"), way, label or visit.subject or tr(visit.page.title), aside)


def ways_out(visit: Visit, *, refused: bool = False) -> list[Way]:
    """Where to go from a page that could not be shown: again unless it is refused, up, home, and to what is written."""
    again = [] if refused else [Way(tr("Try again"), href=visit.address)]
    above = above_of(visit)
    up = [Way(tr(above.title), href=visit.link(above))] if above and above.path != HOME else []
    read = [Way(tr("Find out what went wrong"), href=visit.link(DOCS, TROUBLE))] if visit.has(DOCS) else []
    return [*again, *up, Way(tr("Home"), href=visit.link(HOME)), *read]


def read_how(visit: Visit, document: str = "") -> list[Way]:
    """The way to what is written about the page, or to a document, for where there is nothing to show on it yet."""
    wanted = document or visit.page.help
    return [Way(tr("Read how"), href=visit.link(DOCS, wanted))] if wanted and visit.has(DOCS) else []


def above_of(visit: Visit) -> PageSpec | None:
    """The page that leads to the one that is visited, where there is one that the person may open."""
    return next((page for page in visit.may_open if page.path == visit.page.way != visit.page.path), None)


def search_box(visit: Visit) -> Markup:
    """A box that asks the search page and suggests as one types; nothing where there is no such page, and on it."""
    if not visit.has(SEARCH) or visit.page.path == SEARCH:
        return NOTHING
    return Markup(
        '<form class="search screen-only" role="search" action="{}" method="get">'
        '<input type="search" name="q" aria-label="{}" placeholder="{}" maxlength="200"'
        ' autocomplete="off" role="combobox" aria-autocomplete="list" aria-expanded="false"'
        ' aria-controls="wb-suggested" data-suggest="{}" data-pages="{}">'
        '<ul id="wb-suggested" role="listbox" aria-label="{}" hidden></ul>'
        "</form>"
    ).format(
        visit.link(SEARCH), tr("Search"), tr("Search, Ctrl K"), visit.api("search/suggest"), visit.link(""),
        tr("Suggestions"),
    )  # fmt: skip


def help_link(visit: Visit) -> Markup:
    """The way to what is written about the page; nothing where there are no documents, and on them."""
    if not visit.has(DOCS) or visit.page.stem == DOCS:
        return NOTHING
    return Markup('<a class="help screen-only" href="{}" aria-label="{}" title="{}">?</a>').format(
        visit.link(DOCS, visit.page.help), tr("Help: {page}", page=tr(visit.page.title)), tr("Help")
    )


def account(visit: Visit) -> Markup:
    """Who one is and in which role, the other workspaces one has a part in, and the way out."""
    person = visit.person
    others = join(
        Markup('<li><a href="{}">{}</a></li>').format(f"{visit.apps}{quote(name, safe='')}/home", name)
        for name in person.workspaces
        if name != visit.place
    )
    there = Markup('<p class="sub" id="wb-others">{}</p><ul aria-labelledby="wb-others">{}</ul>')
    liked = _only(visit.link(PREFERENCES), tr("Preferences")) if visit.has(PREFERENCES) else NOTHING
    out = _only(visit.sign_out, tr("Sign out")) if visit.sign_out else NOTHING
    return Markup(
        '<details class="account screen-only"><summary aria-label="{}">{}</summary>'
        '<div class="sheet"><p><b>{}</b></p>{}<p class="sub">{}</p>{}{}{}{}</div></details>'
    ).format(
        tr("{person} in {workspace}: account", person=person.name, workspace=visit.place), _initials(person.name),
        person.name, Markup('<p class="sub">{}</p>').format(person.address) if person.address else NOTHING,
        tr("{roles} in {workspace}", roles=_words(person.roles), workspace=visit.place),
        there.format(tr("Other workspaces"), others) if others else NOTHING, _views(visit), liked, out,
    )  # fmt: skip


def _only(href: str, label: str) -> Markup:
    return Markup('<ul><li><a href="{}">{}</a></li></ul>').format(href, label)


def _views(visit: Visit) -> Markup:
    """The ways to see this page as somebody else would, for admins; from there the way back."""
    if visit.seen_as:
        return _only(visit.as_role(), tr("Back to yourself"))
    if Role.ADMIN not in visit.person.roles:
        return NOTHING
    items = join(
        Markup('<li><a href="{}">{}</a></li>').format(visit.as_role(role), role.capitalize())
        for role in Role
        if role is not Role.ADMIN
    )
    seen = Markup('<p class="sub" id="wb-views">{}</p><ul aria-labelledby="wb-views">{}</ul>')
    return seen.format(tr("View as"), items)


def _group_of(page: PageSpec) -> str | None:
    return page.group


def _group(title: str, items: Markup) -> Markup:
    if not title:
        return Markup("<ul>{}</ul>").format(items)
    name = f"wb-menu-{title.lower()}"
    return Markup('<p class="group" id="{0}">{1}</p><ul aria-labelledby="{0}">{2}</ul>').format(name, tr(title), items)


def _item(visit: Visit, page: PageSpec) -> Markup:
    return _link(visit.link(page), page.icon, tr(page.title), here=page.path == visit.page.way)


def _link(href: str, drawn: str, title: str, *, here: bool) -> Markup:
    current = Markup(' aria-current="page"') if here else NOTHING
    return Markup('<li><a href="{}"{}>{}{}</a></li>').format(href, current, icon(drawn), title)


def _initials(name: str) -> str:
    words = [word for word in name.replace("@", " ").replace(".", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def _words(roles: object) -> str:
    names = [str(role).capitalize() for role in roles] if isinstance(roles, (list, tuple)) else []
    return ", ".join(names) or tr("No role")
