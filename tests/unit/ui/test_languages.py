"""A page speaks the language of who looks: her own choice, else her browser's, else English."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from workbench.ui.formats import ago, count, dated, duration, moment, plural, short, size
from workbench.ui.languages import LANGUAGES, SPOKEN, accepted, mark, tr, trn
from workbench.ui.likings import Likings
from workbench.ui.presence import Presence

NOON = datetime(2026, 3, 7, 12, tzinfo=UTC)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What is drawn within is in a language."""
    before = SPOKEN.set(language)
    try:
        yield
    finally:
        SPOKEN.reset(before)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"), ("de", "de"), ("de-AT,de;q=0.9,en;q=0.8", "de"), ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.5,en;q=0.3", "de"), ("DE-ch", "de"), ("de;q=0,en", "en"), ("de;q=0", "en"), ("fr", "en"),
        ("en;q=0.2, de;q=0.7", "de"), ("*", "en"), ("de;q=x", "en"), ("en,de;q=1.9", "en"),
    ],
)  # fmt: skip
def test_the_browsers_language_counts(header, language):
    """The one it likes most of those there are, whatever the country."""
    assert accepted(header) == language


@given(st.text(max_size=200) | st.from_regex(r"(de|en|fr)(;q=[0-9.]+)?(,(de|en)(;q=[0-9.]*)?)*", fullmatch=True))
def test_whatever_a_browser_says_is_one_of_them(header):
    """Nothing that it sends breaks a page."""
    assert accepted(header) in LANGUAGES


def test_a_message_is_said_in_the_language_that_is_set():
    """In a language without it, and in English, it is as it stands in the code."""
    with speaking("de"):
        assert tr("Preferences") == "Einstellungen"
        assert tr("Nobody says this.") == "Nobody says this."
        assert tr(mark("yesterday")) == "gestern"
    assert tr("Preferences") == "Preferences"


def test_fields_are_escaped_where_one_of_them_is_markup():
    """A text stays a text, and what somebody wrote never becomes markup."""
    assert tr("{who} said {what}", who="<b>", what="1") == "<b> said 1"
    said = tr("{who} & {what}", who="<b>", what=Markup("<i>x</i>"))
    assert isinstance(said, Markup)
    assert said == "&lt;b&gt; &amp; <i>x</i>"


def test_the_form_fits_the_number():
    """One, several and none."""
    assert [trn(n, "{n} table", "{n} tables", n=n) for n in (0, 1, 2)] == ["0 tables", "1 table", "2 tables"]
    assert [plural(n, "run", "runs") for n in (1, 1200)] == ["1 run", "1,200 runs"]
    with speaking("de"):
        assert [plural(n, "cell", "cells") for n in (0, 1, 1200)] == ["0 Zellen", "1 Zelle", "1.200 Zellen"]


def test_numbers_and_times_follow():
    """Separators, names of months, and how long ago something was."""
    with speaking("de"):
        assert (count(336_776), short(1.25), size(13_000_000)) == ("336.776", "1,25", "12,4\u202fMiB")
        assert (short(1_234_567), duration(0.84)) == ("1,2\u202fM", "0,8\u202fs")
        assert dated(NOON, "%a %d %b %Y, %H:%M") == "Sa. 07. März 2026, 12:00"
        assert ago(NOON - timedelta(minutes=4), NOON) == "vor 4\u202fmin"
        assert ago(None, NOON) == "nie"
        assert "Sa. 07. März 2026, 12:00:00 UTC" in moment(NOON, NOON, UTC)
    assert dated(NOON, "%a %d %b %Y, %H:%M") == "Sat 07 Mar 2026, 12:00"


def test_the_browser_is_given_the_words_that_it_says_itself():
    """Such as how long ago something was, which it keeps true."""
    with speaking("de"):
        told = Presence()
    assert told.ages["min"] == "vor {n}\u202fmin"
    assert told.words["Copied"] == "Kopiert"
    assert Presence().ages["h"] == "{n}\u202fh ago"


@pytest.mark.parametrize(("kept", "language"), [("de", "de"), ("en", "en"), ("tlh", ""), (None, ""), (["de"], "")])
def test_a_language_that_is_not_there_counts_as_none(kept, language):
    """As with every preference."""
    assert Likings.of({"ui.language": kept}).language == language


CONFINED = """
import os, sys
from pathlib import Path
import jupyter_ext, workbench
from workbench.domains.store.drivers import confinement
from workbench.ui.host import Host

def nowhere(*_, **__):
    raise OSError("the machine's zone is no link")

os.environ.pop("TZ", None)
os.readlink = nowhere  # then Babel would look for the zone in files of the machine's
Host((), "/pages", b"secret").prepare()
confinement.confine((), folders=[str(Path(package.__path__[0])) for package in (workbench, jupyter_ext)])

from datetime import UTC, datetime
from workbench.ui.formats import dated
from workbench.ui.languages import SPOKEN, tr
SPOKEN.set("de")
print(tr("Preferences"), dated(datetime(2026, 3, 7, tzinfo=UTC), "%d %b"))
"""


def test_a_process_that_reads_no_file_any_more_speaks_every_language():
    """As the one does that draws the pages of a team, wherever the machine has its zone."""
    done = subprocess.run([sys.executable, "-c", CONFINED], capture_output=True, text=True, timeout=100, check=False)

    assert done.stdout.split() == ["Einstellungen", "07.", "März"], done.stderr


def test_whatever_can_be_found_has_a_name():
    """Its kind is said by the search page, and by the box that suggests as one types."""
    from workbench.domains.search.schemas import Kind
    from workbench.domains.search.view.page import WORDS
    from workbench.ui.presence import SAID

    assert set(WORDS) == set(Kind)
    assert set(Kind) <= set(SAID)
