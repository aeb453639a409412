"""Only the kit's own files are sent, whole and small."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from workbench.ui.assets import Assets
from workbench.ui.tokens import FONT_FILE


@pytest.fixture(scope="module")
def assets():
    """The kit's files; the kit need not be imported."""
    return Assets()


@pytest.mark.parametrize("path", ["js/bokeh.min.js", "extensions/panel-material-ui/panel-material-ui.bundle.css"])
def test_a_file_is_sent_as_it_is_and_packed(assets, path):
    """The packed form unpacks to the file, and is what travels."""
    asset = assets.get(path)

    assert gzip.decompress(asset.packed) == asset.body
    assert len(asset.packed) < len(asset.body) / 2
    assert asset.media_type in ("text/javascript", "text/css")
    assert assets.get(path) is asset


def test_the_font_of_the_pages_is_of_this_server(assets):
    """It is found where pages look for it, and small enough to come with a first visit."""
    font = assets.get(FONT_FILE.removeprefix("static/").partition("?")[0])

    assert font.media_type == "font/woff2"
    assert len(font.body) < 64 * 1024


@pytest.mark.parametrize(
    "path",
    ["../../../../etc/passwd", "extensions/panel/../../__init__.py", "extensions/panel", "extensions/nobody/x.js", "",
     "js", "js/none.js", "/etc/passwd", "extensions/panel//etc/passwd",
     "\0", "js/bokeh.min.js\0", "docs/\0", "js/" + "a" * 300],
)  # fmt: skip
def test_nothing_else_is_sent(assets, path):
    """Folders, other packages' files and whatever lies outside are not there."""
    assert assets.get(path) is None


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path, monkeypatch):
    """A symbolic link does not make a foreign file ours."""
    (tmp_path / "root").mkdir()
    (tmp_path / "secret.js").write_text("secret")
    (tmp_path / "root" / "link.js").symlink_to(tmp_path / "secret.js")
    monkeypatch.setattr(Assets, "_root", staticmethod(lambda path: (tmp_path / "root", path)))

    assert Assets().get("link.js") is None


def test_what_does_not_fit_is_sent_but_not_kept(tmp_path: Path, monkeypatch):
    """Memory stays bounded however many files are asked for."""
    (tmp_path / "big.js").write_bytes(b"x" * 1000)
    monkeypatch.setattr(Assets, "_root", staticmethod(lambda path: (tmp_path, path)))
    monkeypatch.setattr("workbench.ui.assets.KEPT_BYTES", 10)
    few = Assets()

    assert few.get("big.js").body == b"x" * 1000
    assert few.get("big.js") is not few.get("big.js")
