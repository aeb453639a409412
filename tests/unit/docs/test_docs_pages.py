"""The pages of the documentation show what was written, where its links lead here, and nothing of it as markup."""

from __future__ import annotations

import re

import pytest

from tests.factories.pages import Answers, opened, text
from workbench.core.errors import NotFound
from workbench.domains.docs import service
from workbench.domains.docs.schemas import DocumentDetail, ListDocuments
from workbench.domains.docs.service.headings import outline
from workbench.ui.pages import PageSpec

CONTENTS = PageSpec("docs", "Docs", "docs", "m:f", "docs:read", "Workspace")
PAGE = PageSpec("docs/{document}", "Docs", "docs", "m:f", "docs:read", "Workspace")
APPS = "/workbench/apps/default"
WRITTEN = """<!-- Generated -->

# Title

First *words*. <script>alert(1)</script>

## One

[a](connect.md#files) [b](README.md) [c](../README.md) [d](#one) [e](../../tests/x.py) [f](../reference/openapi.json)
[g](https://example.org/) [h](javascript:alert(1)) ![A run](../images/run.png)

| a | b |
|---|---|
| 1 | `x` |

### Two

```console
$ echo "<b>"
<b>
$ cat \\
> file
```

```python
x = "<i>"
```

<div onclick="x()">markup</div>
"""


def written(markdown):
    """A how-to guide."""
    headings, summary = outline(markdown)
    return DocumentDetail(
        name="how-to.x", title="Title", section="how-to", summary=summary, path="how-to/x.md", text=markdown,
        headings=headings,
    )  # fmt: skip


def read(answer, **fields):
    """The page of a document."""
    from workbench.domains.docs.view.document import Document

    return opened(Document, Answers(docs_show=answer), page=PAGE, pages=(CONTENTS, PAGE), subject="how-to.x", **fields)


def test_links_lead_to_pages_of_the_shell():
    """Documents, parts, pictures and the API's description lead here; files of the project are names only."""
    drawn = read(written(WRITTEN)).text.object
    links = dict(re.findall(r'<a href="([^"]*)"[^>]*>(\w)</a>', drawn))

    assert {label: href for href, label in links.items()} == {
        "a": f"{APPS}/docs/how-to.connect#files", "b": f"{APPS}/docs/how-to", "c": f"{APPS}/docs", "d": "#one",
        "f": "/workbench/api/v1/openapi.json", "g": "https://example.org/",
    }  # fmt: skip
    assert 'download="openapi.json"' in drawn
    assert '<img src="/workbench/apps/static/docs/run.png" alt="A run">' in drawn
    assert re.search(r"\be\b", text(drawn))


def test_markup_in_a_document_stays_text():
    """Tags, handlers and addresses that run code are shown or dropped; a comment of the generator is not shown."""
    drawn = read(written(WRITTEN)).text.object

    assert not re.search(r"<script|<div onclick|javascript:|<b>|<i>", drawn)
    assert "alert(1)" in drawn
    assert "Generated" not in drawn


def test_headings_stand_at_the_side_and_can_be_linked_to():
    """The first heads the page, the others have their anchors and are listed; a phone opens the list itself."""
    desk, phone = read(written(WRITTEN)), read(written(WRITTEN), phone=True)

    assert "<h1>Title</h1>" in desk.head.object
    assert '<h2 id="one">' in desk.text.object
    assert '<h3 id="two">' in desk.text.object
    assert text(desk.text.object).endswith("On this page One Two")
    assert "<details open>" in desk.text.object
    assert "<details open>" not in phone.text.object
    assert "On this page" not in read(written("# Title\n\nWords.\n\n## One\n")).text.object


def test_code_is_coloured_and_copied_without_prompts():
    """What is copied of a console is what one types there; of other languages all."""
    drawn = read(written(WRITTEN)).text.object
    copied = re.findall(r'data-act="copy-code" data-name="code" data-value="([^"]*)"', drawn)

    assert copied == ["echo &quot;&lt;b&gt;&quot;\ncat \\\nfile\n", "x = &quot;&lt;i&gt;&quot;\n"]
    assert '<span class="s2">"&lt;i&gt;"</span>' in drawn


def test_an_unknown_page_says_so_with_ways_out():
    """What is not there leads to all that is, and to what helps on such days."""
    page = read(NotFound("The documentation has no page 'how-to.x'."))

    assert "has no page 'how-to.x'" in text(page.trouble.object)
    assert f'<a href="{APPS}/docs">Docs</a>' in page.trouble.object
    assert f'<a href="{APPS}/docs/how-to.troubleshoot">' in page.trouble.object


@pytest.mark.parametrize("name", service.documents())
def test_every_link_of_a_document_leads_to_one(name):
    """No document of this version links to a page or a part of one that is not there."""
    documents = service.documents()
    from workbench.domains.docs.view.document import Document

    drawn = opened(
        Document, Answers(docs_show=documents[name]), page=PAGE, pages=(CONTENTS, PAGE), subject=name
    ).text.object  # fmt: skip
    for to, _, anchor in re.findall(rf'href="(?:{APPS}/docs)?/?([\w.-]*)(#?)([^"]*)"', drawn):
        if to and to not in documents:
            assert "href" not in to
            continue
        if anchor and (to or _):
            assert anchor in {heading.anchor for heading in documents[to or name].headings}, (to, anchor)


def test_the_contents_list_by_section():
    """Each section is a table of its documents; a list of the same documents is left out of it."""
    from workbench.domains.docs.view.contents import Contents

    caller = Answers(docs_list=lambda q: service.listed(ListDocuments(q=q)))
    page = opened(Contents, caller, page=CONTENTS, pages=(CONTENTS, PAGE))
    nothing = opened(Contents, caller, page=CONTENTS, pages=(CONTENTS, PAGE), query={"q": "no-such-word"})

    said = text(page.list.object)
    assert re.search(r"Learn .*First steps .*Get something done .*Use the sidebar .*Decisions", said)
    assert f'href="{APPS}/docs/security"' in page.list.object
    assert f'href="{APPS}/docs/how-to"' not in page.list.object
    assert "No page is about that" in text(nothing.list.object)
