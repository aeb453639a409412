"""Keeps the catalogues in step with the code: `python -m workbench.generate` writes them, people fill in what is empty.

The pages' messages are in Python, the sidebar's in TypeScript; JupyterLab reads those as JSON, which is derived.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Any, Final

from . import ENGLISH, KEYWORDS, LANGUAGES, catalogue_file

DOMAIN: Final = "jupyter_workbench"  # of the sidebar, as it asks JupyterLab for its texts
LOCALES: Final = "jupyter_ext/locale"  # has a folder for each language, named as JupyterLab's package of it
HEAD: Final = r"""# {about}: kept in step with the code by `python -m workbench.generate`. Fill in what is empty.
msgid ""
msgstr ""
"Language: {language}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {plural}\n"
"""
_MODULES = ("languages", "formats")  # whose functions take messages
_FREE = "dated"  # takes such as are put together, too: patterns without a name of a day or month
_TEXT = r"\s*'((?:[^'\\]|\\['\\])*)'\s*"
_CALL = re.compile(r"\btrans\s*\.\s*_*[np_]+\s*\(")
_SAID = re.compile(rf"\btrans\.(?:__\({_TEXT}|_n\({_TEXT},{_TEXT}|_p\({_TEXT},{_TEXT})[,)]")


@dataclass(frozen=True, order=True, slots=True)
class Message:
    """What is said in one form, or for one thing and for several; the context tells apart what English does not."""

    one: str
    several: str = ""
    context: str = ""

    @property
    def key(self) -> str:
        """By what catalogues know it."""
        return f"{self.context}\4{self.one}" if self.context else self.one

    @property
    def forms(self) -> tuple[str, ...]:
        """What it is in English."""
        return (self.one, self.several) if self.several else (self.one,)


Said = Mapping[str, tuple[str, ...]]  # what messages are in another language, by their keys; nothing is half said


def catalogues(root: Path, version: str, declared: Iterable[str]) -> dict[str, str]:
    """The text of every catalogue, by its path below the checkout at `root`.

    Pages say what is `declared`, too: what something is for, in the words of its declaration.
    """
    pages, sidebar = pages_messages(root, declared), sidebar_messages(root)
    written = {}
    for language in LANGUAGES:
        if language != ENGLISH:
            place = catalogue_file(language)
            written[_name(place, root)] = updated(place, pages, "What pages say", language)
    for place in (root / LOCALES).glob(f"*/LC_MESSAGES/{DOMAIN}.po"):
        locale = place.parts[-3]
        text = updated(place, sidebar, "What the sidebar says", locale)
        written[_name(place, root)] = text
        written[_name(place.with_suffix(".json"), root)] = for_jupyterlab(text, locale, version)
    return written


def _name(place: Path, root: Path) -> str:
    return place.relative_to(root).as_posix()


def pages_messages(root: Path, declared: Iterable[str]) -> list[Message]:
    """Whatever is given to the functions that take messages, in all Python code of the two packages, and declared."""
    paths = (path for folder in ("workbench", "jupyter_ext") for path in (root / folder).rglob("*.py"))
    said = (message for path in paths if "node_modules" not in path.parts for message in in_python(path))
    return _sorted(chain(said, map(Message, declared)))


def sidebar_messages(root: Path) -> list[Message]:
    """Whatever the sidebar asks JupyterLab's translator for."""
    paths = (root / "jupyter_ext/frontend/src").rglob("*.ts*")
    return _sorted(message for path in paths for message in in_typescript(path))


def updated(path: Path, messages: Iterable[Message], about: str, language: str) -> str:
    """A catalogue with what it says of these messages so far; others leave it."""
    known = said(path.read_text(encoding="utf-8")) if path.exists() else {}
    return filled(messages, known, about, language)


def filled(messages: Iterable[Message], known: Said, about: str, language: str) -> str:
    """A catalogue of messages."""
    rule = _plural(language)
    head = HEAD.format(about=about, language=language, plural=rule.plural_forms)
    return "\n".join([head, *(_entry(one, known.get(one.key, ()), rule.num_plurals) for one in messages)])


def _plural(locale: str) -> Any:
    """How many forms a language has of what is said of a number of things, and which is of which number."""
    from babel.messages.plurals import get_plural

    return get_plural(locale)


def said(text: str) -> Said:
    """What a catalogue says, as far as it is filled in."""
    from babel.messages.pofile import read_po

    found: dict[str, tuple[str, ...]] = {}
    for each in read_po(StringIO(text)):
        one: Any = each.id if isinstance(each.id, str) else each.id[0]
        given: Any = each.string
        forms = tuple(given) if each.pluralizable else (given,)
        if one and all(forms):
            found[Message(one, context=each.context or "").key] = forms
    return found


def for_jupyterlab(text: str, locale: str, version: str) -> str:
    """A catalogue as JupyterLab reads it; what is empty is left out, since it would be shown so."""
    head = {"domain": DOMAIN, "language": locale.replace("_", "-"), "plural_forms": _plural(locale).plural_forms}
    whole: dict[str, Any] = {"": head | {"version": version}, **{key: list(forms) for key, forms in said(text).items()}}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def in_python(path: Path) -> Iterator[Message]:
    """The messages of a Python file, as far as they stand in calls of what it imports from our modules."""
    text = path.read_text(encoding="utf-8")
    if not any(name in text for name in _MODULES):
        return
    nodes = list(ast.walk(ast.parse(text)))
    names: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2] in _MODULES:
            names |= {each.asname or each.name: each.name for each in node.names if each.name in KEYWORDS}
        elif isinstance(node, ast.FunctionDef) and node.name in KEYWORDS and path.stem in _MODULES:
            names[node.name] = node.name
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_ours(node.func):
            raise ValueError(f"{path}:{node.lineno}: import `{node.func.attr}` itself, so that its messages are found")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield from _in_call(node, names[node.func.id], path)


def in_typescript(path: Path) -> Iterator[Message]:
    """The messages of a file of the sidebar's.

    Raises:
        ValueError: one is not literal.
    """
    text = path.read_text(encoding="utf-8")
    found = [[re.sub(r"\\(.)", r"\1", form or "") for form in match.groups()] for match in _SAID.finditer(text)]
    if len(found) != len(_CALL.findall(text)):
        raise ValueError(f"{path}: a message is one literal text in single quotes, in `trans.__`, `._n` or `._p`")
    for alone, one, several, context, told in found:
        yield Message(alone or one or told, several, context)


def _is_ours(called: ast.Attribute) -> bool:
    return called.attr in KEYWORDS and isinstance(called.value, ast.Name) and called.value.id in _MODULES


def _in_call(call: ast.Call, keyword: str, path: Path) -> Iterator[Message]:
    """What a call says; what only has a name there is marked elsewhere."""
    places = KEYWORDS[keyword] or (1,)
    given = [call.args[place - 1] for place in places if place <= len(call.args)]
    contexts = [each.value for each in call.keywords if each.arg == "context"]
    context = _texts(contexts[0], path)[0] if contexts else ""
    if keyword == _FREE and not isinstance(given[0], ast.Constant):
        return
    for forms in zip(*(_texts(one, path) for one in given), strict=False):
        yield Message(forms[0], "".join(forms[1:]), context)


def _texts(given: ast.expr, path: Path) -> list[str]:
    """What an expression says: one text, or one of two.

    Raises:
        ValueError: it is put together, so that no catalogue has it.
    """
    if isinstance(given, ast.IfExp):
        return [*_texts(given.body, path), *_texts(given.orelse, path)]
    if isinstance(given, ast.JoinedStr | ast.BinOp):
        raise ValueError(f"{path}:{given.lineno}: a message is one literal text, with fields in braces")
    return [given.value] if isinstance(given, ast.Constant) and isinstance(given.value, str) else []


def _sorted(messages: Iterable[Message]) -> list[Message]:
    """Each once: one that is said of one thing and of several is there with both forms.

    Raises:
        ValueError: one has two plurals.
    """
    found: dict[str, Message] = {}
    for message in messages:
        before = found.setdefault(message.key, message)
        if before.several and message.several not in ("", before.several):
            raise ValueError(f"{message.one!r} has two plurals: {before.several!r} and {message.several!r}")
        found[message.key] = max(before, message)
    return sorted(found.values())


def _entry(message: Message, known: tuple[str, ...], several: int) -> str:
    from babel.messages.pofile import normalize

    wanted = several if message.several else 1
    forms = known if len(known) == wanted else ("",) * wanted
    named = [(name, text) for name, text in (("msgctxt", message.context), ("msgid", message.one)) if text]
    named += [("msgid_plural", message.several)] if message.several else []
    named += [(f"msgstr[{place}]" if message.several else "msgstr", form) for place, form in enumerate(forms)]
    return "".join(f"{name} {normalize(text, width=0)}\n" for name, text in named)
