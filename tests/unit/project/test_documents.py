"""How the documentation's code blocks are read."""

from __future__ import annotations

import pytest

from tests.runner.documents import SILENT, Broken, Reader, console, matches, pages, tags
from tests.runner.stages import ROOT

EXECUTED = ("console", "sh", "bash", "python", "py")


@pytest.fixture
def reader(tmp_path):
    """A reader without a server."""
    made = Reader(tmp_path, "http://localhost:1", {"PATH": "/usr/bin:/bin", "TOKEN": "t"}, lambda: "some-run")
    yield made
    made.close()


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_says_its_language(page):
    """No code block escapes execution by naming no language or one that nobody knows."""
    assert tags(page) - {*EXECUTED, *SILENT} == set()


def test_a_console_block_is_commands_and_what_they_print():
    """Lines after a dollar are commands, `>` goes on, and the rest is the output of the command before."""
    assert console("$ echo a\na\n$ cat \\\n> file\n") == (["echo a", "cat \\\nfile"], ["a\n", ""])


def test_output_without_a_command_is_refused():
    """A block that shows output of nothing cannot be checked, so it is an error of the page."""
    with pytest.raises(Broken, match="begins with"):
        console("nothing asked for this\n")


@pytest.mark.parametrize(
    ("wanted", "got", "same"),
    [
        ("a\n", "a  \n", True),
        ("a\n...\nz\n", "a\nb\nc\nz\n", True),
        ("took ... s", "took 3.2 s", True),
        ("a", "b", False),
        ("a.c", "abc", False),
    ],
)
def test_output_is_compared_with_gaps(wanted, got, same):
    """Three dots stand for anything; everything else is meant literally."""
    assert matches(wanted, got) is same


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("console\n$ echo one\ntwo", "but it printed\none"),
        ("sh\nfalse | true", "ended with 1"),
        ("console\n$ make no-such-target", "ended with 2"),
        ("python\nassert 1 == 2", "AssertionError"),
    ],
)
def test_a_page_that_does_not_hold_is_found(reader, tmp_path, monkeypatch, block, said):
    """A wrong output, a failing command, a missing target and a false assertion are each a problem of the page."""
    monkeypatch.setattr("tests.runner.documents.ROOT", tmp_path)
    (tmp_path / "Makefile").write_text("all:\n")
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\n```{block}\n```\n")

    (problem,) = reader.problems(page)
    assert problem.startswith("page.md:3\n")
    assert said in problem


def test_a_page_that_holds_has_no_problems(reader, tmp_path, monkeypatch):
    """Blocks share one folder and one interpreter, and what a reader replaces is replaced."""
    monkeypatch.setattr("tests.runner.documents.ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(
        "```python\nx = 1\nopen('made', 'w').write('made\\n')\n```\n```console\n$ cat made\nmade\n$ echo RUN http://localhost:8888\n"
        "some-run http://localhost:1\n$ jupyter lab\n```\n```py\nassert (x, token) == (1, 't')\n```\n"
    )

    assert reader.problems(page) == []
