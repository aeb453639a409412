"""A connector's secret is rotated while both values count, so that source and workbench change in their own time."""

from __future__ import annotations

import pytest

from tests.integration.connectors.json_api import Reply, serving
from workbench.core import clock
from workbench.core.errors import Invalid
from workbench.domains.admin.service.chores import forget_expired_secrets
from workbench.domains.secrets import service as secrets
from workbench.domains.secrets.service import envelopes, rotation

OLD, NEW = "c4n4ry-old-1", "c4n4ry-new-2"


@pytest.fixture
def api():
    """An API that takes the tokens in `accepted`."""
    accepted = {OLD}

    def answer(request) -> Reply:
        if request.headers.get("authorization", "").removeprefix("Bearer ") in accepted:
            return Reply({"data": [{"id": 1}]})
        return Reply({}, 401)

    with serving(answer) as api:
        api.accepted = accepted
        yield api


@pytest.fixture
def crm(caller, api):
    """A connector that has the old token."""
    config = {
        "base_url": api.url, "auth": "bearer", "token": OLD, "retries": 0,
        "streams": {"things": {"path": "/", "records": "/data"}},
    }  # fmt: skip
    return caller.call("connectors.create", name="crm", type="http_json", config=config)


def read(caller) -> list[dict]:
    """The rows of the connector."""
    return caller.stream("connectors.read_data", id="crm", stream="things").read_all().to_pylist()


def test_every_use_goes_on_while_the_source_still_wants_the_old_secret(caller, api, crm):
    """Test, introspection, preview and reading try the new secret, then the old one, and stay with the new."""
    assert caller.call("secrets.rotate", object="crm", field="token", secret=NEW).previous_until is not None

    assert caller.call("connectors.test", id="crm").ok
    assert [stream.name for stream in caller.call("connectors.introspect", id="crm").items] == ["things"]
    assert caller.call("connectors.preview", id="crm", stream="things").rows == [{"id": 1}]
    assert read(caller) == [{"id": 1}]
    api.accepted.add(NEW)
    api.asked.clear()
    assert read(caller) == [{"id": 1}]
    assert {request.headers["authorization"] for request in api.asked} == {f"Bearer {NEW}"}


def test_the_old_secret_is_forgotten_when_told(workbench, caller, crm):
    """After `secrets.retire` the old one is not tried, nothing of it is left, and a second time there is none."""
    caller.call("secrets.rotate", object="crm", field="token", secret=NEW, grace_hours=1)
    assert caller.call("secrets.retire", object="crm", field="token").retired
    assert not caller.call("secrets.retire", object="crm", field="token").retired

    with pytest.raises(Invalid, match="refuses the credentials"):
        read(caller)


def test_the_old_secret_is_forgotten_at_the_end_of_its_time(workbench, caller, crm, monkeypatch):
    """Once the grace is over the old one is not tried any more, and the housekeeper removes it."""
    until = caller.call("secrets.rotate", object="crm", field="token", secret=NEW).previous_until
    monkeypatch.setattr(envelopes, "now", lambda: until)
    monkeypatch.setattr(rotation, "now", lambda: until)

    assert caller.call("connectors.test", id="crm").code == "wrong_credentials"
    forget_expired_secrets(workbench)
    with workbench.unit_of_work() as db:
        assert secrets.forget_expired(db) == 0
    assert clock.now() < until


def test_setting_a_secret_ends_what_a_rotation_kept(caller, crm):
    """`secrets.set` is for a secret that leaked: the one before counts no longer."""
    caller.call("secrets.rotate", object="crm", field="token", secret=NEW)
    caller.call("secrets.set", object="crm", field="token", secret=NEW)

    assert caller.call("connectors.test", id="crm").code == "wrong_credentials"


def test_a_rotated_secret_survives_a_rotation_of_the_key(caller, api, crm):
    """Both values are wrapped anew, and both open."""
    caller.call("secrets.rotate", object="crm", field="token", secret=NEW)
    assert caller.call("keys.rotate").rewrapped == 2

    assert caller.call("connectors.test", id="crm").ok
    api.accepted.add(NEW)
    assert caller.call("connectors.test", id="crm").ok
