"""What a notebook showed is shown, and does nothing."""

from __future__ import annotations

import pytest

from workbench.ui.outputs import clean, output

TABLE = (
    '<div><style scoped>.dataframe { color: red }</style><table border="1" class="dataframe">'
    "<thead><tr><th>day</th></tr>"
    "</thead><tbody><tr><td>4</td></tr></tbody></table></div>"
)
ATTACKS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>", '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>', "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></math>",
    '<form action="https://evil.example"><button data-act="cancel">x</button></form>',
    "<base href='https://evil.example'>", '<p style="position:fixed;inset:0">x</p>',
    "<link rel=stylesheet href=//evil.example>", '<div data-act="cancel">x</div>',
    '<p class="problem" id="wb-x" onclick="alert(1)">x</p>', "<object data=x></object><embed src=x>",
]  # fmt: skip
DANGERS = ("<script", "<img", "<svg", "<iframe", "<form", "<button", "<base", "<link", "<object", "<embed", "<style",
           "onerror", "onload", "onclick", "javascript:", "data:", "style=", "data-act", "class=", "id=")  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_html_loses_whatever_acts(attack):
    """No script, no style, no form, no frame, no picture from elsewhere, and no control of ours."""
    cleaned = clean(f"<p>before</p>{attack}<p>after</p>").lower()

    assert [danger for danger in DANGERS if danger in cleaned] == []
    assert cleaned.startswith("<p>before</p>")


@pytest.mark.parametrize("attack", [*ATTACKS, "[x](javascript:alert(1))", "![x](https://evil.example/x.png)"])
def test_markdown_loses_it_too(attack):
    """HTML within it is text, and its links lead to web addresses only."""
    drawn = output("text/markdown", f"# Title\n\n{attack}", "Output")

    assert "<h1>Title</h1>" in drawn
    assert not any(danger in drawn for danger in ("<script", "<img", "<svg", "<iframe", "<form", '<a href="javascript'))


def test_a_table_stays_a_table():
    """What pandas shows is read as one."""
    cleaned = clean(TABLE)

    assert "<table><thead><tr><th>day</th></tr></thead><tbody><tr><td>4</td></tr></tbody></table>" in cleaned
    assert "color: red" not in cleaned


def test_a_heading_of_nothing_is_none():
    """Pandas leaves the corner of its tables empty; a screen reader would tell of it."""
    assert "<td></td><th>a</th>" in clean("<table><tr><th>&nbsp;</th><th>a</th></tr></table>")
    assert '<td colspan="2"></td>' in clean('<table><tr><th colspan="2"> </th></tr></table>')


def test_a_drawing_is_a_picture():
    """In an `img` an SVG runs nothing, whatever is in it."""
    drawn = output("image/svg+xml", "<svg onload='alert(1)'/>", '"><script>')

    assert drawn.startswith('<img class="picture" src="data:image/svg+xml;base64,')
    assert "<script" not in drawn
    assert "onload" not in drawn


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/json", "application/vnd.jupyter.error", "text/x-unknown"]
)
def test_everything_else_is_text(media_type):
    """Colours of a terminal are taken out; markup is what it says."""
    drawn = output(media_type, "\x1b[31mred\x1b[0m <script>alert(1)</script>", "Output")

    assert "red &lt;script&gt;" in drawn
    assert "\x1b" not in drawn


def test_a_picture_cannot_leave_its_attribute():
    """What should be base64 may be anything."""
    assert "<script" not in output("image/png", '"><script>alert(1)</script>', "Output")
