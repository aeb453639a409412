"""Catalogues say all that the code says, fill in the same fields, and are found where they are looked for."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import EntryPoint, entry_points
from string import Formatter

import pytest
from jupyterlab_server import translation_utils

from tests.runner.stages import ROOT
from workbench.core.operations import registry
from workbench.generate import declared
from workbench.ui.languages import ENGLISH, LANGUAGES, catalogue_file, extraction
from workbench.ui.languages.extraction import DOMAIN, LOCALES, Message

OTHERS = [language for language in LANGUAGES if language != ENGLISH]
SIDEBAR = {path.parts[-3]: path for path in (ROOT / LOCALES).glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
CALLS = re.compile(r"\btrans\s*\.\s*(?:__|_n|_p|_np|gettext|ngettext|pgettext|npgettext)\s*\(")


def of_pages(text: str) -> set[str]:
    """The fields that pages fill in, also those of times."""
    named = {f"{name}:{form}" for _, name, form, _ in Formatter().parse(text) if name is not None}
    return named | set(re.findall(r"%-?([A-Za-z])", text)) | set(re.findall(r"`[^`]*`", text))


def of_the_sidebar(text: str) -> set[str]:
    """The fields that the sidebar fills in."""
    return set(re.findall(r"%\d", text))


def faults(messages, said, fields) -> list[str]:
    """What is wrong with the translations of messages."""
    found = []
    for message in messages:
        given = said.get(message.key, ())
        whole = fields(message.forms[-1])
        if len(given) != len(message.forms) or not all(text.strip() for text in given):
            found.append(f"not translated: {message}")
        elif message.context == "axis":  # a pattern of Bokeh's, whose names are English: digits do elsewhere
            found += [f"no pattern: {given}"] if set(re.findall(r"%(.?)", given[0])) - set("dmbyYHMS") else []
        elif fields(given[-1]) != whole or not fields(given[0]) <= whole:  # a singular may leave the number out
            found.append(f"other fields: {message} -> {given}")
        elif [text.strip() == text for text in given] != [text.strip() == text for text in message.forms]:
            found.append(f"other spaces at its ends: {message} -> {given}")
    return found


@pytest.mark.parametrize("language", OTHERS)
def test_pages_are_translated(language):
    """Every message of the pages is said, in all its forms, with the fields that are filled in."""
    said = extraction.said(catalogue_file(language).read_text(encoding="utf-8"))

    found = faults(extraction.pages_messages(ROOT, declared(registry.discover())), said, of_pages)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("locale", SIDEBAR)
def test_the_sidebar_is_translated(locale):
    """Likewise those of the sidebar."""
    said = extraction.said(SIDEBAR[locale].read_text(encoding="utf-8"))

    found = faults(extraction.sidebar_messages(ROOT), said, of_the_sidebar)
    assert not found, "\n".join(found)


def test_no_message_of_the_sidebar_is_missed():
    """As many are found as there are calls; none has one form here and two there, of which JupyterLab knows one."""
    found = set()
    for path in sorted((ROOT / "jupyter_ext/frontend/src").rglob("*.ts*")):
        messages = list(extraction.in_typescript(path))
        assert len(messages) == len(CALLS.findall(path.read_text(encoding="utf-8"))), path
        found |= {message for message in messages if message.one}

    assert len(found) > 100
    assert sorted(found) == extraction.sidebar_messages(ROOT)


def test_jupyterlab_finds_the_catalogue(monkeypatch):
    """By the entry point that is declared: named as the frontend asks, beside the module that it loads."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    group = translation_utils.JUPYTERLAB_LOCALE_ENTRY
    points = [EntryPoint(name, value, group) for name, value in declared[group].items()]
    monkeypatch.setattr(translation_utils, "entry_points", lambda **_: points)
    asked = re.search(r"DOMAIN = '(\w+)'", (ROOT / "jupyter_ext/frontend/src/tokens.ts").read_text())

    found, trouble = translation_utils.get_installed_packages_locale("de_DE")

    assert (list(found), trouble) == ([DOMAIN], "")
    assert asked is not None
    assert asked[1] == DOMAIN
    assert {"domain": DOMAIN, "language": "de-DE"}.items() <= found[DOMAIN][""].items()
    assert found[DOMAIN]["Try again"] == ["Erneut versuchen"]
    assert found[DOMAIN]["%1 line before"] == ["%1 Zeile davor", "%1 Zeilen davor"]


def test_the_entry_point_is_installed():
    """An environment that was made before it was declared is told: it is to be installed anew."""
    assert DOMAIN in entry_points(group=translation_utils.JUPYTERLAB_LOCALE_ENTRY).names


@pytest.mark.parametrize(
    ("code", "messages"),
    [
        ('tr("a " "b")', [Message("a b")]),
        ('tr("a" if one else "b")', [Message("a"), Message("b")]),
        ('tr("a", context="noun"), tr("a")', [Message("a"), Message("a", context="noun")]),
        ("tr(word)", []),
        ('mark("a")', [Message("a")]),
        ('plural(n, "a", "b")', [Message("a", "b")]),
        ('trn(n, "a", "b", n=n), tr("a")', [Message("a", "b")]),
        ('dated(then, "%d %b"), dated(then, f"{n} %b")', [Message("%d %b")]),
        ('other("a")', []),
    ],
)
def test_messages_are_found_in_code(tmp_path, code, messages):
    """As they stand in calls; what has both one form and two is kept with two."""
    (tmp_path / "workbench").mkdir()
    head = "from .formats import dated, plural\nfrom .languages import mark, tr, trn\n"
    (tmp_path / "workbench" / "page.py").write_text(head + code)

    assert extraction.pages_messages(tmp_path, []) == messages


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ('from .languages import tr\ntr(f"{n} runs")', "one literal text"),
        ('from . import formats\nformats.plural(n, "run", "runs")', "import `plural` itself"),
    ],
)
def test_what_is_put_together_is_no_message(tmp_path, code, told):
    """No catalogue could have it, or would be missed."""
    (tmp_path / "workbench").mkdir()
    (tmp_path / "workbench" / "page.py").write_text(code)

    with pytest.raises(ValueError, match=told):
        extraction.pages_messages(tmp_path, [])


def test_a_catalogue_keeps_what_it_says(tmp_path):
    """New messages come empty, such as are gone leave, and one that gets a second form is said anew."""
    place = tmp_path / "de.po"
    place.write_text('msgid "a"\nmsgstr "A"\n\nmsgid "gone"\nmsgstr "weg"\n\nmsgid "row"\nmsgstr "Zeile"\n')

    messages = [Message("a"), Message("new"), Message("row", "rows")]

    text = extraction.updated(place, messages, "Words", "de")

    assert extraction.said(text) == {"a": ("A",)}
    assert text.endswith('msgid "new"\nmsgstr ""\n\nmsgid "row"\nmsgid_plural "rows"\nmsgstr[0] ""\nmsgstr[1] ""\n')
    place.write_text(text)
    assert extraction.updated(place, messages, "Words", "de") == text
