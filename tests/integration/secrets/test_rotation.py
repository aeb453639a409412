"""Keys change while everybody works on; only data keys are wrapped anew, and no key goes that a secret needs."""

from __future__ import annotations

import base64
import json
import stat

import pytest
from sqlalchemy import select, update

from tests.factories.people import caller_of
from workbench.core.context import Principal
from workbench.core.errors import Conflict, NotPermitted, Unavailable
from workbench.core.ids import new_id
from workbench.domains.admin.service.chores import tidy
from workbench.domains.secrets.models import SecretRow
from workbench.domains.secrets.service import rotation
from workbench.domains.secrets.service.keyring import FILE, PREVIOUS, VARIABLE

CANARY = "c4n4ry-77ab"
OLD, NEW = (base64.b64encode(bytes([number] * 32)).decode() for number in (1, 2))


@pytest.fixture
def places(workbench, workspace):
    """Seven secrets, set with the first key."""
    places = [{"workspace_id": workspace.id, "object_id": new_id(), "field": "password"} for _ in range(7)]
    with workbench.unit_of_work() as db:
        for number, place in enumerate(places):
            workbench.vault.put(db, **place, value=f"{CANARY}-{number}")
    return places


def opened(workbench, places) -> list[str | None]:
    """The secrets, as a later reader finds them."""
    with workbench.read() as db:
        return [workbench.vault.get(db, **place) for place in places]


def rows(workbench) -> list[SecretRow]:
    """The stored rows in order."""
    with workbench.read() as db:
        return list(db.scalars(select(SecretRow).order_by(SecretRow.id)))


ALL = [f"{CANARY}-{number}" for number in range(7)]


@pytest.mark.usefixtures("any_database")
def test_a_new_key_wraps_all_secrets_and_the_old_one_goes(workbench, caller, places, settings):
    """After a rotation every secret opens, no value was encrypted anew, and the key file holds the new key alone."""
    before, (old,) = rows(workbench), caller.call("keys.list").items
    done = caller.call("keys.rotate")

    assert (done.rewrapped, done.unreadable, done.retired) == (7, 0, [old.id])
    assert [(key.id, key.state, key.secrets) for key in caller.call("keys.list").items] == [(done.key, "current", 7)]
    assert opened(workbench, places) == ALL
    after = rows(workbench)
    assert [row.ciphertext for row in after] == [row.ciphertext for row in before]
    assert all(new.wrapped_key != row.wrapped_key for new, row in zip(after, before, strict=True))
    path = settings.keys_dir / FILE
    assert (len(path.read_text().splitlines()), stat.S_IMODE(path.stat().st_mode)) == (1, 0o600)


@pytest.mark.usefixtures("any_database")
def test_a_reader_that_began_before_a_rotation_still_reads(workbench, places):
    """A session that knows rows of a key that is gone by now finds them again."""
    with workbench.read() as db:
        first = db.scalars(select(SecretRow)).first()
        rotation.rotate(workbench)

        assert first.key_id not in rotation.keyring_of(workbench).by_id()
        assert [workbench.vault.get(db, **place) for place in places] == ALL


def test_an_interrupted_rotation_is_finished_by_the_housekeeper(workbench, caller, places, settings):
    """Where a process died after making the key, the rounds of any other wrap what is left; the key is kept."""
    rotation.keyring_of(workbench).add()
    assert [key.secrets for key in caller.call("keys.list").items] == [0, 7]
    tidy(workbench)

    assert [(key.state, key.secrets) for key in caller.call("keys.list").items] == [("current", 7), ("older", 0)]
    assert caller.call("keys.rotate", resume=True).rewrapped == 0
    assert [(key.state, key.secrets) for key in caller.call("keys.list").items] == [("current", 7)]
    assert opened(workbench, places) == ALL


def test_a_damaged_secret_keeps_its_key(workbench, caller, places):
    """A row that cannot be wrapped anew is counted, left as it is, and its key is not removed."""
    with workbench.unit_of_work() as db:
        db.execute(update(SecretRow).where(SecretRow.object_id == places[0]["object_id"]).values(wrapped_key=b"x" * 60))
    done = caller.call("keys.rotate")

    assert (done.rewrapped, done.unreadable, done.retired) == (6, 1, [])
    assert opened(workbench, places[1:]) == ALL[1:]


def test_keys_of_the_environment_are_rotated_by_whoever_sets_them(workbench, caller, places, settings, monkeypatch):
    """With a new WORKBENCH_KEY and the old one in WORKBENCH_KEY_PREVIOUS all opens; `resume` then wraps anew."""
    old = (settings.keys_dir / FILE).read_text().strip()
    monkeypatch.setenv(VARIABLE, NEW)
    with pytest.raises(Unavailable, match="was encrypted with the key"):
        opened(workbench, places)
    monkeypatch.setenv(PREVIOUS, f"{OLD},{old}")
    assert opened(workbench, places) == ALL
    with pytest.raises(Conflict, match="environment variable WORKBENCH_KEY") as refused:
        caller.call("keys.rotate")
    assert PREVIOUS in refused.value.fix
    done = caller.call("keys.rotate", resume=True)
    monkeypatch.delenv(PREVIOUS)

    assert (done.rewrapped, done.retired) == (7, [])
    assert opened(workbench, places) == ALL


def test_a_lost_key_is_not_hidden_by_a_new_one(workbench, caller, places, settings):
    """Where the key file is gone while secrets need it, a rotation is refused and makes none."""
    (settings.keys_dir / FILE).unlink()
    with pytest.raises(Unavailable, match="missing"):
        caller.call("keys.rotate")

    assert not (settings.keys_dir / FILE).exists()
    assert [key.state for key in caller.call("keys.list").items] == ["missing"]


def test_only_the_installation_s_admin_sees_and_rotates_keys(workbench, workspace):
    """An Admin of a workspace may do neither."""
    from workbench.core.permissions import Role

    admin = caller_of(workbench, Principal("user", "test:ann", roles={workspace.id: frozenset({Role.ADMIN})}))
    for operation in ("keys.list", "keys.rotate"):
        with pytest.raises(NotPermitted):
            admin.call(operation)


@pytest.mark.thorough
def test_the_command_line_rotates(run_cli, workbench, places, settings):
    """`workbench keys rotate` says which key counts now, `keys list` how far it is, and neither shows a key."""
    done = run_cli("keys", "rotate", "--json")
    listed = run_cli("keys", "list")

    assert json.loads(done.stdout)["rewrapped"] == 7, done.stderr
    assert json.loads(done.stdout)["key"] in listed.stdout
    assert "current" in listed.stdout
    key = (settings.keys_dir / FILE).read_text().strip()
    assert key not in done.stdout + done.stderr + listed.stdout
