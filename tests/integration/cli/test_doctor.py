"""The doctor finds what is wrong, and its advice mends it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib import metadata

import pytest

from workbench import doctor
from workbench.core.settings import load
from workbench.doctor import house, machine
from workbench.doctor.findings import Level


def found(look):
    """The levels of what a look finds, with their text."""
    return [(finding.level, finding.detail + " " + finding.fix) for finding in look]


def test_a_good_home_is_well(cli, workbench):
    """Everything is fine or worth knowing, in words and as JSON; the exit code is 0."""
    said = cli("doctor", "--json")

    assert said.json["ok"] is (said.code == 0)
    levels = {finding["name"]: finding["level"] for finding in said.json["findings"]}
    looked_at = ("home", "database", "runs", "kernels", "versions", "name clash")
    assert {name: levels[name] for name in looked_at} == dict.fromkeys(looked_at, "ok")
    assert "● home" in cli("doctor").out


def test_it_looks_without_making_anything(tmp_path):
    """A home that does not exist is looked at and still does not exist."""
    findings = doctor.examine(load({"home": tmp_path / "none"}, environ={}))

    assert not (tmp_path / "none").exists()
    assert not [each for each in findings if each.level is Level.ERROR and each.name in ("home", "database")]


def test_it_makes_nothing_in_an_empty_folder_either(tmp_path):
    """A folder that is no home yet stays empty, and nothing is found wrong with what is not there."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)

    findings = doctor.examine(load({"home": home}, environ={}))

    assert list(home.iterdir()) == []
    assert [each.level for each in findings if each.name == "database"] == [Level.INFO]
    assert not [each for each in findings if each.name == "runs"]


def test_keys_that_others_may_read_are_an_error(settings):
    """A key file with a wide mode is named with the command that mends it."""
    settings.keys_dir.mkdir(exist_ok=True, mode=0o700)
    key = settings.keys_dir / "test.key"
    key.write_text("x")
    key.chmod(0o644)

    ((level, text),) = found(house.keys(settings))

    assert level is Level.ERROR
    assert f"chmod 600 {key}" in text
    settings.home.chmod(0o755)
    assert found(house.folder(settings))[0][0] is Level.WARNING


def test_a_home_on_a_network_disk_is_an_error(settings, monkeypatch):
    """SQLite on NFS is warned of; PostgreSQL's home may be there."""
    monkeypatch.setattr(house, "_filesystem_of", lambda _: "nfs4")

    assert found(house.filesystem(settings))[0][0] is Level.ERROR
    other = load({"home": settings.home, "database_url": "postgresql+psycopg://x/y"}, environ={})
    assert found(house.filesystem(other))[0][0] is Level.OK


def test_the_filesystem_is_that_of_the_longest_mount(tmp_path):
    """The mount that holds the folder is found, not one whose name merely begins alike."""
    assert house._filesystem_of(tmp_path) not in ("", "proc")
    from pathlib import Path

    assert house._filesystem_of(Path("/proc/self")) == "proc"


@pytest.mark.parametrize(("free", "level"), [(10**8, Level.ERROR), (2 * 10**9, Level.WARNING), (10**12, Level.OK)])
def test_a_disk_that_runs_full_is_told_in_time(settings, monkeypatch, free, level):
    """Below a gigabyte it is an error, nearly full a warning."""
    monkeypatch.setattr(house.shutil, "disk_usage", lambda _: house.shutil._ntuple_diskusage(10**12, 0, free))

    assert found(house.disk(settings))[0][0] is level


def test_a_locked_database_is_an_error(settings, monkeypatch):
    """Somebody who holds the write lock is to be looked for."""
    monkeypatch.setattr(house, "LOCK_MILLISECONDS", 50)
    with closing(sqlite3.connect(settings.home / "workbench.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        levels = [level for level, _ in found(house.database(settings, None))]

    assert Level.ERROR in levels


@pytest.mark.usefixtures("any_database")
def test_a_newer_and_an_older_database_are_told_apart(workbench, settings):
    """Newer than the code is an error, older is upgraded by itself, both on either database."""
    from sqlalchemy import text

    def at(revision):
        with workbench.unit_of_work() as db:
            db.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
        return found(house.database(settings, workbench.database))[0][0]

    from workbench.migrations import heads

    newest, _ = heads()
    assert at("9999") is Level.ERROR
    assert at(newest) is Level.OK


def test_a_database_that_does_not_answer_is_an_error(tmp_path):
    """A wrong host is told as such."""
    settings = load({"home": tmp_path, "database_url": "postgresql+psycopg://x@127.0.0.1:1/x"}, environ={})

    assert [level for level, _ in found(house.database(settings, None))] == [Level.ERROR]


def test_a_damaged_file_is_found(settings):
    """Bytes that were overwritten show in the integrity check."""
    path = settings.home / "workbench.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[8192:40960] = b"\xff" * (40960 - 8192)
    path.write_bytes(data)

    findings = doctor.findings.looked_at("integrity", lambda: house.integrity(settings))

    assert findings[0].level in (Level.ERROR, Level.WARNING)


def test_runs_that_lost_their_process_are_told(workbench, settings, workspace):
    """A run whose lease ended long ago, and one that nobody takes, are warnings with what to do."""
    from datetime import timedelta

    from workbench.core.clock import now
    from workbench.domains.runs.models import Run

    def add(**more):
        given = {
            "title": "t", "submitted_by": "x", "rights_of": "x", "rights": {}, "parameters": {}, "options": {},
            "correlation_id": "0" * 32,
        }  # fmt: skip
        with workbench.unit_of_work() as db:
            db.add(Run(workspace_id=workspace.id, **(given | more)))

    add(status="running", lease_until=now() - timedelta(days=1))
    add(status="queued")

    texts = " ".join(text for level, text in found(house.runs(settings, workbench.database)) if level is Level.WARNING)
    assert "1 runs lost their process" in texts
    assert "1 run is queued" in texts


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ([Level.OK], "All is well."),
        ([Level.WARNING, Level.INFO], "1 warning."),
        ([Level.ERROR, Level.WARNING, Level.WARNING], "1 error, 2 warnings."),
    ],
)
def test_the_last_line_counts_what_is_wrong(cli, monkeypatch, levels, said):
    """All is well only where nothing was found; warnings do not make the command fail."""
    monkeypatch.setattr(doctor, "examine", lambda _: [doctor.Finding(level, "a", "b") for level in levels])

    answered = cli("doctor")

    assert (answered.err, answered.code) == (f"{said}\n", int("error" in said))


def test_an_unrelated_distribution_of_our_name_is_an_error(monkeypatch):
    """The clash on PyPI is named with what mends it."""
    version = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "0.8" if name == "workbench" else version(name))

    ((level, text),) = found(machine.name_clash())

    assert level is Level.ERROR
    assert "pip uninstall -y workbench" in text


def test_old_versions_are_an_error(monkeypatch):
    """A library below its security floor is named with what is wanted."""
    version = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "5.0" if name == "tornado" else version(name))

    ((level, text),) = found(machine.versions())

    assert level is Level.ERROR
    assert "tornado 5.0 (wanted >= 6.5.5)" in text


def test_missing_drivers_matter_where_they_are_needed(monkeypatch):
    """Without PostgreSQL's drivers a SQLite home is informed, a PostgreSQL one is broken."""
    version = metadata.version

    def without(name):
        if name == "psycopg":
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(metadata, "version", without)

    assert found(machine.extras("sqlite:///x"))[0][0] is Level.INFO
    assert found(machine.extras("postgresql+psycopg://x"))[0][0] is Level.ERROR


def test_a_kernel_whose_interpreter_is_gone_is_told(monkeypatch):
    """Kernels that cannot start, and none at all, are found."""
    from jupyter_client.kernelspec import KernelSpecManager

    good = {"python3": {"spec": {"argv": ["python"]}}}
    bad = good | {"old": {"spec": {"argv": ["/no/such/python"]}}}
    for specs, level in ((good, Level.OK), (bad, Level.WARNING), ({}, Level.ERROR)):
        monkeypatch.setattr(KernelSpecManager, "get_all_specs", lambda _, specs=specs: specs)
        assert found(machine.kernels())[0][0] is level


@pytest.mark.parametrize(("text", "level"), [("true", Level.OK), ("false", Level.WARNING), ("null", Level.WARNING)])
def test_a_disabled_extension_is_told(monkeypatch, tmp_path, text, level):
    """Jupyter's configuration says whether it starts us."""
    folder = tmp_path / "config"
    folder.mkdir()
    content = '{"ServerApp": {"jpserver_extensions": {"jupyter_ext": ' + text + "}}}"
    (folder / "jupyter_server_config.json").write_text(content)
    monkeypatch.setattr("jupyter_core.paths.jupyter_config_path", lambda: [str(folder)])

    assert found(machine.server_extension())[0][0] is level


def test_a_look_that_fails_is_a_finding():
    """One broken look does not keep the others from being made."""

    def broken():
        raise OSError("gone")

    (finding,) = doctor.findings.looked_at("x", broken)

    assert (finding.level, "OSError: gone" in finding.detail) == (Level.WARNING, True)
