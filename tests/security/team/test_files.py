"""The contents of workspaces: nobody gets out of those where she may edit, by no kind of path or link."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest

from tests.factories import team
from workbench.core.permissions import Role


@pytest.fixture
def developer(as_somebody):
    """A client of a Developer of `default`."""
    return as_somebody(Role.DEVELOPER)


@pytest.fixture(scope="module")
def elsewhere(team_server):
    """A client of a Developer of another workspace, in which there is a notebook."""
    workbench = team_server.workbench
    team.workspace(workbench, "elsewhere")
    user = team.person(workbench, "there@example.org", Role.DEVELOPER, workspace="elsewhere")
    headers = {"Authorization": f"Bearer {team.token(workbench, user, workspace='elsewhere')}"}
    with httpx.Client(base_url=team_server.base, headers=headers) as client:
        assert client.put("api/contents/elsewhere/theirs.txt", json=text("theirs")).status_code == 201
        yield client


@pytest.fixture
def folder(team_server) -> Path:
    """The folder of workspace `default`."""
    found = Path(team_server.app.root_dir, "default")
    found.mkdir(exist_ok=True)
    return found


@pytest.fixture
def secret(team_server) -> Path:
    """A file of the server's own."""
    path = team_server.workbench.settings.keys_dir / "canary"
    path.parent.mkdir(exist_ok=True)
    path.write_text("canary-4711")
    return path


def text(content: str) -> dict[str, str]:
    """A text file, as the contents take it."""
    return {"type": "file", "format": "text", "content": content}


def names(answer: httpx.Response) -> set[str]:
    """What is in a folder."""
    assert answer.text[:1] == "{", (answer.status_code, answer.headers, answer.text[:300])
    return {entry["name"] for entry in answer.json()["content"]}


def test_what_is_saved_is_read_renamed_copied_and_deleted(developer):
    """The everyday work of JupyterLab."""
    assert developer.put("api/contents/default/work", json={"type": "directory"}).status_code == 201
    assert developer.put("api/contents/default/work/a.txt", json=text("one")).status_code == 201
    assert developer.post("api/contents/default/work/a.txt/checkpoints").status_code == 201
    assert developer.put("api/contents/default/work/a.txt", json=text("two")).status_code == 200
    assert developer.get("api/contents/default/work/a.txt").json()["content"] == "two"
    assert developer.post("api/contents/default/work/a.txt/checkpoints/checkpoint").status_code == 204
    assert developer.get("api/contents/default/work/a.txt").json()["content"] == "one"
    assert developer.patch("api/contents/default/work/a.txt", json={"path": "default/work/b.txt"}).status_code == 200
    assert developer.post("api/contents/default/work", json={"copy_from": "default/work/b.txt"}).status_code == 201
    assert names(developer.get("api/contents/default/work")) == {"b.txt", "b-Copy1.txt"}
    assert developer.get("files/default/work/b.txt").text == "one"
    assert developer.delete("api/contents/default/work").status_code == 204
    assert "work" not in names(developer.get("api/contents/default"))


def test_a_large_file_comes_in_pieces(developer):
    """As the browser uploads it."""
    for chunk, content in ((1, "one "), (2, "two "), (-1, "three")):
        assert developer.put("api/contents/default/large.txt", json=text(content) | {"chunk": chunk}).is_success

    assert developer.get("api/contents/default/large.txt").json()["content"] == "one two three"


def test_no_refusal_tells_a_path_of_the_machine(developer, team_server):
    """JupyterLab hears of addresses only."""
    developer.put("api/contents/default/folder2", json={"type": "directory"})
    developer.put("api/contents/default/bytes", json={"type": "file", "format": "base64", "content": "/w=="})
    developer.put("api/contents/default/odd.ipynb", json=text("not a notebook"))
    answers = [
        developer.get("api/contents/default/folder2", params={"type": "file"}),
        developer.get("api/contents/default/bytes", params={"format": "text"}),
        developer.get("api/contents/default/odd.ipynb"),
        developer.get("api/contents/default/nothing.txt"),
    ]

    assert all(answer.status_code >= 400 for answer in answers)
    assert not [answer.text for answer in answers if str(Path(team_server.app.root_dir).parent) in answer.text]
    assert str(Path(team_server.app.root_dir).parent) not in developer.get("lab").text


def test_only_workspaces_of_ones_own_are_seen(developer, elsewhere):
    """Those of others are neither listed nor told from those that do not exist."""
    assert names(developer.get("api/contents")) == {"default"}
    assert names(elsewhere.get("api/contents")) == {"elsewhere"}
    paths = ("theirs.txt", "nothing.txt", "", "theirs.txt/checkpoints")
    answers = [developer.get(f"api/contents/{name}/{path}") for name in ("elsewhere", "nowhere") for path in paths]

    assert {answer.status_code for answer in answers} == {404}


def test_nothing_is_changed_in_anothers_workspace(developer, elsewhere, team_server):
    """By no verb; also not by moving something there or copying from there."""
    developer.put("api/contents/default/mine.txt", json=text("mine"))
    answers = [
        developer.put("api/contents/elsewhere/x.txt", json=text("x")),
        developer.put("api/contents/elsewhere/theirs.txt", json=text("x")),
        developer.delete("api/contents/elsewhere/theirs.txt"),
        developer.patch("api/contents/default/mine.txt", json={"path": "elsewhere/mine.txt"}),
        developer.patch("api/contents/elsewhere/theirs.txt", json={"path": "default/theirs.txt"}),
        developer.post("api/contents/default", json={"copy_from": "elsewhere/theirs.txt"}),
        developer.post("api/contents/elsewhere/theirs.txt/checkpoints"),
        developer.put("api/contents/newworkspace", json={"type": "directory"}),
        developer.delete("api/contents/default"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 8 + [400]
    assert [path.name for path in Path(team_server.app.root_dir, "elsewhere").iterdir()] == ["theirs.txt"]


@pytest.mark.parametrize(
    "path",
    [
        "default/../elsewhere/theirs.txt", "default/%2e%2e/elsewhere/theirs.txt", "default/..%2felsewhere%2ftheirs.txt",
        "..%2f..%2fkeys/canary", "default/..%2f..%2fkeys%2fcanary", "default//..//..//keys//canary", "%2fetc%2fpasswd",
        "default/%00", "default/.hidden", "default/.ssh/id", "..", "default/a\\..\\..\\b", "default/.%2f.",
    ],
)  # fmt: skip
def test_no_path_leads_out(developer, elsewhere, secret, path):
    """However it is written; hidden files are not there either."""
    host = developer.base_url
    for prefix in ("api/contents", "files"):
        request = developer.build_request("GET", f"{host}{prefix}/")
        request.url = request.url.copy_with(raw_path=f"{host.path}{prefix}/{path}".encode())
        answer = developer.send(request)

        assert answer.status_code in (400, 403, 404), answer.text
        assert "canary-4711" not in answer.text
        assert '"theirs"' not in answer.text


def test_no_link_leads_out(developer, folder, secret):
    """A kernel can make links in its folder; the server follows none of them."""
    (folder / "file.txt").symlink_to(secret)
    (folder / "folder").symlink_to(secret.parent)
    (folder / "inner").mkdir(exist_ok=True)
    (folder / "inner" / "link").symlink_to(secret)
    reads = [
        developer.get("api/contents/default/file.txt"),
        developer.get("api/contents/default/folder/canary"),
        developer.get("api/contents/default/folder"),
        developer.get("files/default/file.txt"),
        developer.post("api/contents/default", json={"copy_from": "default/file.txt"}),
    ]
    developer.post("api/contents/default", json={"copy_from": "default/inner"})
    writes = [
        developer.put("api/contents/default/file.txt", json=text("x")),
        developer.put("api/contents/default/file.txt", json=text("x") | {"chunk": 2}),
        developer.put("api/contents/default/folder/new.txt", json=text("x")),
        developer.delete("api/contents/default/folder/canary"),
    ]

    assert [answer.status_code for answer in reads + writes] == [404] * 9
    assert secret.read_text() == "canary-4711"
    assert [path.name for path in secret.parent.iterdir() if path.name == "new.txt"] == []
    assert not (folder / "inner-Copy1" / "link").is_file() or (folder / "inner-Copy1" / "link").is_symlink()
    assert "file.txt" not in names(developer.get("api/contents/default"))


def test_no_link_catches_what_is_written(developer, folder, secret):
    """Jupyter's own temporary file, a name that a kernel can guess, is not used."""
    developer.put("api/contents/default/notes.txt", json=text("one"))
    (folder / ".~notes.txt").symlink_to(secret)

    assert developer.put("api/contents/default/notes.txt", json=text("two")).status_code == 200
    assert secret.read_text() == "canary-4711"
    assert (folder / "notes.txt").read_text() == "two"


def test_a_link_that_appears_after_the_check_is_not_followed(developer, folder, secret, monkeypatch):
    """The path was fine when it was looked at; what is opened is looked at again."""
    (folder / "race.txt").write_text("mine")
    resolve = Path.resolve

    def swapped(self: Path, *args: object) -> Path:
        found = resolve(self)
        if self.name == "race.txt" and not self.is_symlink():
            self.unlink()
            self.symlink_to(secret)
        return found

    monkeypatch.setattr(Path, "resolve", swapped)
    answer = developer.get("api/contents/default/race.txt", params={"type": "file"})

    assert answer.status_code == 404
    assert "canary" not in answer.text


def test_a_pipe_is_not_waited_for(developer, folder):
    """A kernel's pipe would hold the server for ever."""
    os.mkfifo(folder / "pipe")

    assert developer.get("api/contents/default/pipe", params={"type": "file"}, timeout=5).status_code in (400, 403, 404)


def test_no_notebook_is_trusted(developer):
    """Script in an output that claims to be trusted is not, for whoever opens it."""
    cell = {
        "cell_type": "code", "source": "1", "metadata": {"trusted": True}, "execution_count": 1,
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"text/html": "<script>1</script>"}}],
    }  # fmt: skip
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    developer.put("api/contents/default/evil.ipynb", json={"type": "notebook", "content": notebook})
    read = developer.get("api/contents/default/evil.ipynb").json()["content"]["cells"][0]

    assert not read["metadata"].get("trusted")
    assert developer.post("api/contents/default/evil.ipynb/trust").status_code == 404


def test_a_page_of_a_person_is_shown_without_any_right(developer):
    """HTML in a workspace is sandboxed: it runs no script, and is not of our origin."""
    developer.put("api/contents/default/page.html", json=text("<script>alert(1)</script>"))
    policy = developer.get("files/default/page.html").headers["content-security-policy"]

    assert policy.startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize("name", ["evil.js", "evil.mjs"])
def test_a_script_of_a_person_is_text(developer, name):
    """What somebody wrote is no script of a page that allows the server's own."""
    developer.put(f"api/contents/default/{name}", json=text("alert(1)"))
    headers = developer.get(f"files/default/{name}").headers

    assert (headers["content-type"], headers["x-content-type-options"]) == ("text/plain; charset=UTF-8", "nosniff")
