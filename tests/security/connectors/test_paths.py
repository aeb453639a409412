"""In team mode a connector reads files of its own workspace only, whatever path, link or certificate it names."""

from __future__ import annotations

import sqlite3

import pytest

from workbench.core.errors import Invalid, WorkbenchError
from workbench.domains.connectors.drivers.reach import Reach

SECRET = "id,word\n1,c4n4ry-f1l3\n"


@pytest.fixture
def own(team):
    """The folder of workspace `default`, with a table in it."""
    folder = team.home / "files" / "default"
    folder.mkdir(parents=True)
    (folder / "mine.csv").write_text("id,word\n1,mine\n")
    return folder


@pytest.fixture
def foreign(team):
    """A table of another workspace."""
    path = team.home / "files" / "other" / "theirs.csv"
    path.parent.mkdir(parents=True)
    path.write_text(SECRET)
    return path


def code_of(caller, type_name: str, stream: str, config: dict) -> str:
    """The code of the refusal, also where the connector can be made."""
    name = f"c{abs(hash(str(config)))}"
    caller.call("connectors.create", name=name, type=type_name, config=config)
    report = caller.call("connectors.test", id=name)
    with pytest.raises(WorkbenchError) as caught:
        caller.call("connectors.preview", id=name, stream=stream)
    assert "c4n4ry" not in str(caught.value.problem()) + str(report)
    return caught.value.code


def test_a_workspace_s_own_files_are_read(caller, own):
    """Without any setting the folder home/files/WORKSPACE is readable."""
    caller.call("connectors.create", name="own", type="files", config={"path": str(own)})

    assert caller.call("connectors.preview", id="own", stream="mine").rows == [{"id": 1, "word": "mine"}]


def test_a_relative_path_begins_in_the_workspace_s_folder(caller, own):
    """Wherever the server was started; the answer names the path that is meant."""
    made = caller.call("connectors.create", name="own", type="files", config={"path": "."})

    assert made.config["path"] == str(own)
    assert caller.call("connectors.preview", id="own", stream="mine").rows == [{"id": 1, "word": "mine"}]


@pytest.mark.parametrize(
    "way", ["{foreign}", "{own}/../other/theirs.csv", "{own}/../../files/other", "/etc/passwd", "{home}"]
)
def test_paths_lead_nowhere_else(caller, team, own, foreign, way):
    """Neither another workspace's file, nor dots, nor the home, nor the system are read."""
    path = way.format(own=own, foreign=foreign, home=team.home)

    assert code_of(caller, "files", "theirs", {"path": path}) == "path_not_allowed"


@pytest.mark.parametrize("kind", ["file", "folder", "link in the folder", "link to a link"])
def test_links_lead_nowhere_else(caller, own, foreign, kind):
    """A link that somebody put into the workspace's folder is not followed out of it."""
    if kind == "file":
        (own / "out.csv").symlink_to(foreign)
        path = own / "out.csv"
    elif kind == "folder":
        (own / "out").symlink_to(foreign.parent)
        path = own / "out"
    elif kind == "link in the folder":
        (own / "sub").mkdir()
        (own / "sub" / "out.csv").symlink_to(foreign)
        path = own / "sub"
    else:
        (own / "first").symlink_to(own / "second.csv")
        (own / "second.csv").symlink_to(foreign)
        path = own / "first"

    assert code_of(caller, "files", "out", {"path": str(path), "format": "csv"}) == "path_not_allowed"


def test_a_database_file_elsewhere_is_not_opened(caller, team, own):
    """Not even the home's own, which holds everybody's data."""
    sqlite3.connect(own / "mine.db").close()
    (own / "link.db").symlink_to(team.home / "workbench.db")
    for path in (team.home / "workbench.db", own / "link.db"):
        assert code_of(caller, "sqlite", "secret", {"path": str(path)}) == "path_not_allowed"


def test_a_database_of_the_workspace_is_read(caller, own):
    """Also one that is in WAL mode; one with a journal, which would be left out, is not."""
    for name in ("delete", "wal"):
        db = sqlite3.connect(own / f"{name}.db")
        db.execute(f"PRAGMA journal_mode = {name}")
        db.execute("CREATE TABLE t AS SELECT 1 AS id")
        db.commit()
        if name == "wal":
            caller.call("connectors.create", name="open", type="sqlite", config={"path": str(own / "wal.db")})
            assert caller.call("connectors.test", id="open").code == "sqlite_locked"
        db.close()
        caller.call("connectors.create", name=name, type="sqlite", config={"path": str(own / f"{name}.db")})
        assert caller.call("connectors.preview", id=name, stream="t").rows == [{"id": 1}]
    assert [path.name for path in own.parent.glob(".reading-*")] == []


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "json", "parquet", "db"])
def test_a_link_that_appears_after_the_look_is_not_followed(caller, team, own, foreign, ending, monkeypatch):
    """A kernel that swaps the file for a link between the check and the opening gets nothing of what it leads to."""
    path = own / f"t.{ending}"
    path.write_bytes(b"")
    judged = Reach.path

    def swap(reach, text, *more):
        found = judged(reach, text, *more)
        if path.is_file() and not path.is_symlink() and found == path:
            path.unlink()
            path.symlink_to(team.home / "workbench.db" if ending == "db" else foreign)
        return found

    monkeypatch.setattr(Reach, "path", swap)
    type_name = "sqlite" if ending == "db" else "files"

    assert code_of(caller, type_name, "secret" if ending == "db" else "t", {"path": str(path)}) == "path_not_allowed"
    assert path.is_symlink()


def test_a_file_that_is_read_stays_the_file_that_was_opened(own, foreign):
    """What is put in its place half way through is not read."""
    path = own / "t.csv"
    path.write_text("id,word\n" + "1,mine\n" * 2_000_000)
    reach = Reach((own,))
    with reach.holding(reach.path(str(path)), "t.csv") as held:
        path.unlink()
        path.symlink_to(foreign)

        assert (held.name, held.read_text()[:15]) == ("t.csv", "id,word\n1,mine\n")
    with pytest.raises(Invalid), reach.holding(path, "t.csv"):
        pass


def test_a_certificate_is_no_way_to_look_at_files(caller, team, own):
    """The files that drivers are told to trust lie in the workspace's folder as well."""
    object.__setattr__(team, "connector_hosts", ("127.0.0.1",))
    api = {"base_url": "https://127.0.0.1:1", "streams": {"a": {"path": "/"}}, "retries": 0, "ca_file": "/etc/passwd"}
    database = {"host": "127.0.0.1", "port": 1, "database": "a", "user": "a", "sslrootcert": "/etc/passwd"}

    assert code_of(caller, "http_json", "a", api) == "path_not_allowed"
    assert code_of(caller, "postgresql", "a", database) == "path_not_allowed"


def test_a_pattern_stays_within_the_folder(caller, own, foreign):
    """Patterns choose among the files beneath the path; dots in them are letters."""
    config = {"path": str(own), "streams": {"out": "../other/*.csv", "all": "**/*.csv"}}
    caller.call("connectors.create", name="own", type="files", config=config)

    assert caller.call("connectors.preview", id="own", stream="all").rows == [{"id": 1, "word": "mine"}]
    assert caller.call("connectors.preview", id="own", stream="out").rows == []
