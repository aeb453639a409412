"""A connector's secret may be kept elsewhere: the workbench keeps where, and reads it there when it is used."""

from __future__ import annotations

import pytest

from tests.factories.people import caller_of, principal
from tests.integration.connectors.json_api import Reply, serving
from workbench.core.errors import Invalid, NotPermitted, Unavailable, WorkbenchError
from workbench.core.permissions import Role
from workbench.core.schemas import SECRET_SET

CANARY, CHANGED = "c4n4ry-r3f-1", "c4n4ry-r3f-2"
REFERENCE = {"ref": "mounted:default/crm#token"}


@pytest.fixture
def token(workbench, tmp_path):
    """The file that another store keeps."""
    object.__setattr__(workbench.settings, "mounted_folder", str(tmp_path / "mounted"))
    file = tmp_path / "mounted" / "default" / "crm" / "token"
    file.parent.mkdir(parents=True)
    file.write_text(CANARY)
    return file


@pytest.fixture
def api():
    """An API that takes the tokens in `accepted`."""
    accepted = {CANARY}

    def answer(request) -> Reply:
        known = request.headers.get("authorization", "").removeprefix("Bearer ") in accepted
        return Reply({"data": [{"id": 1}]}) if known else Reply({}, 401)

    with serving(answer) as api:
        api.accepted = accepted
        yield api


@pytest.fixture
def config(api):
    """Settings without a secret."""
    return {
        "base_url": api.url, "auth": "bearer", "retries": 0,
        "streams": {"things": {"path": "/", "records": "/data"}},
    }  # fmt: skip


def read(caller) -> list[dict]:
    """The rows of the connector."""
    return caller.stream("connectors.read_data", id="crm", stream="things").read_all().to_pylist()


def test_a_reference_is_kept_shown_and_resolved_at_use(workbench, caller, workspace, token, config):
    """The reference is shown, the value is read where it lies, and the vault here holds none."""
    made = caller.call("connectors.create", name="crm", type="http_json", config=config | {"token": REFERENCE})

    assert made.config["token"] == REFERENCE
    assert caller.call("connectors.test", id="crm").ok
    assert read(caller) == [{"id": 1}]
    with workbench.read() as db:
        assert workbench.vault.get(db, workspace_id=workspace.id, object_id=made.id, field="token") is None


def test_a_value_that_changed_there_is_asked_for_when_the_source_refuses(caller, api, token, config):
    """The old value is still known for a minute; the source refuses it, so the store is asked again at once."""
    caller.call("connectors.create", name="crm", type="http_json", config=config | {"token": REFERENCE})
    assert read(caller) == [{"id": 1}]
    token.write_text(CHANGED)
    api.accepted.clear()
    api.accepted.add(CHANGED)

    assert read(caller) == [{"id": 1}]
    assert caller.call("connectors.test", id="crm").ok


def test_a_secret_becomes_a_reference_and_back(caller, api, token, config):
    """`secrets.refer` replaces the value here, `secrets.set` the reference."""
    caller.call("connectors.create", name="crm", type="http_json", config=config | {"token": "something else"})
    assert caller.call("connectors.test", id="crm").code == "wrong_credentials"
    assert caller.call("secrets.refer", object="crm", field="token", ref=REFERENCE["ref"]).ref == REFERENCE["ref"]
    assert caller.call("connectors.test", id="crm").ok
    assert caller.call("connectors.show", id="crm").config["token"] == REFERENCE
    caller.call("secrets.set", object="crm", field="token", secret="something else")

    assert caller.call("connectors.show", id="crm").config["token"] == SECRET_SET
    assert caller.call("connectors.test", id="crm").code == "wrong_credentials"
    caller.call("connectors.update", id="crm", config=config | {"token": REFERENCE})
    assert caller.call("connectors.test", id="crm").ok
    caller.call("connectors.update", id="crm", config=config | {"token": None})
    assert "token" not in caller.call("connectors.show", id="crm").config


def test_a_reference_needs_the_right_to_set_secrets(workbench, caller, workspace, token, config):
    """A token for connectors alone may write none; with the right to set secrets it may."""
    rights = frozenset({"connectors:write"})
    for scopes, allowed in ((rights, False), (rights | {"secrets:set"}, True)):
        someone = caller_of(workbench, principal(workspace.id, Role.DEVELOPER, scopes=scopes))
        fields = {"name": f"crm{allowed:d}", "type": "http_json", "config": config | {"token": REFERENCE}}
        if allowed:
            assert someone.call("connectors.create", **fields).config["token"] == REFERENCE
        else:
            with pytest.raises(NotPermitted, match="secrets:set"):
                someone.call("connectors.create", **fields)


@pytest.mark.parametrize("ref", ["mounted:other/crm#token", "mounted:default/../other/crm#token", "vault:sys/raw#a"])
def test_another_workspace_s_secrets_are_refused_when_written(caller, token, config, ref):
    """Neither a connector nor `secrets.refer` takes a reference that leads out of the workspace's own paths."""
    caller.call("connectors.create", name="crm", type="http_json", config=config)
    with pytest.raises(Invalid):
        caller.call("connectors.update", id="crm", config=config | {"token": {"ref": ref}})
    with pytest.raises(Invalid):
        caller.call("secrets.refer", object="crm", field="token", ref=ref)


def test_a_store_that_cannot_answer_is_named(caller, api, token, config):
    """The test fails in words, names store and path, and the source is not asked."""
    caller.call("connectors.create", name="crm", type="http_json", config=config | {"token": REFERENCE})
    token.write_bytes(b"x" * 70_000)
    with pytest.raises(Unavailable, match="mounted cannot be asked for default/crm"):
        caller.call("connectors.preview", id="crm", stream="things")
    token.unlink()
    with pytest.raises(WorkbenchError) as caught:
        read(caller)

    assert caught.value.code == "secret_not_in_store"
    assert api.asked == []
