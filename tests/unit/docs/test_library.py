"""The documentation is read as it was shipped, and every link in it leads somewhere."""

from __future__ import annotations

import pytest

from jupyter_ext.pages.registry import registered
from tests.runner.stages import ROOT
from workbench.core import documentation
from workbench.core.errors import NotFound, Unavailable
from workbench.domains.docs import service
from workbench.domains.docs.schemas import ListDocuments
from workbench.domains.docs.service.headings import outline


def test_every_document_of_the_checkout_is_there_once():
    """No page is left out, no folder's contents stand behind its pages, and each has a title."""
    written = {path for path in (ROOT / "docs").rglob("*.md") if path.parent != ROOT / "docs"}
    documents = service.documents()

    assert {ROOT / "docs" / one.path for one in documents.values()} == written
    assert all(one.title and one.headings[0].level == 1 for one in documents.values())
    names = list(documents)
    assert names.index("how-to") < names.index("how-to.use-the-sidebar") < names.index("how-to.connect")
    assert names[0] == "tutorials.first-steps"


def test_a_heading_is_called_as_code_hosts_call_it():
    """Marks are left out, spaces become hyphens, and a second one of the same words is told apart."""
    headings, summary = outline("# A `b`: c\n\nStatus: accepted.\n\nWhat [it](x.md)\nsays.\n\n## Go on\n\n## Go on\n")

    assert [(one.level, one.text, one.anchor) for one in headings] == [
        (1, "A b: c", "a-b-c"), (2, "Go on", "go-on"), (2, "Go on", "go-on-1")
    ]  # fmt: skip
    assert summary == "What it says."


def test_what_is_listed_has_every_word():
    """Words of titles, summaries and headings count, in whatever case; other words find nothing."""
    found = service.listed(ListDocuments(q="postgresql API")).items

    assert [one.name for one in found] == ["how-to.connect"]
    assert service.listed(ListDocuments(q="no-such-word")).items == []


def test_a_page_that_is_not_there_is_refused():
    """A name that leads out of the folder, or to nothing, is no document."""
    for name in ("how-to.nothing", "../../etc/passwd", "README", ""):
        with pytest.raises(NotFound, match="has no page"):
            service.show(name)


def test_an_installation_without_documentation_says_so(tmp_path, monkeypatch):
    """Where the folder was left out, it is told what to mend."""
    monkeypatch.setattr(documentation, "__file__", str(tmp_path / "workbench" / "core" / "documentation.py"))

    with pytest.raises(Unavailable, match="documentation is missing"):
        documentation.folder()


def test_pages_are_explained_by_documents_that_exist():
    """No help link of a page leads to a document that was renamed."""
    assert {page.help for page in registered() if page.help} - set(service.documents()) == set()
