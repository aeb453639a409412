"""The secrets of connectors: set, kept, replaced and removed, with and without the key that opens them."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import select

from tests.integration.connectors.json_api import ELSEWHERE
from workbench.core.errors import Invalid, NotFound, Unavailable
from workbench.core.schemas import SECRET_SET
from workbench.domains.secrets.models import SecretRow

pytestmark = pytest.mark.usefixtures("any_database")
CANARY = "c4n4ry-0p5"


def test_secrets_are_kept_replaced_and_removed(workbench, caller, workspace):
    """Of a secret it is only shown that it is set; not mentioned it stays, null removes it, the vault has it."""
    made = caller.call("connectors.create", name="api", type="http_json", config=ELSEWHERE | {"token": CANARY})

    def kept() -> str | None:
        with workbench.read() as db:
            return workbench.vault.get(db, workspace_id=workspace.id, object_id=made.id, field="token")

    assert made.config["token"] == SECRET_SET
    assert kept() == CANARY
    caller.call("connectors.update", id="api", config=ELSEWHERE | {"retries": 1})
    assert kept() == CANARY
    caller.call("connectors.update", id="api", config=made.config)  # as a form sends back what it was shown
    assert kept() == CANARY
    caller.call("connectors.update", id="api", config=ELSEWHERE | {"token": CANARY + "2"})
    assert kept() == CANARY + "2"
    shown = caller.call("connectors.update", id="api", config=ELSEWHERE | {"token": None})
    assert (kept(), "token" in shown.config) == (None, False)


def test_a_connector_is_shown_and_mended_without_the_key(caller, monkeypatch):
    """With another key a connector is shown, described and given its secret again, as the error proposes."""
    caller.call("connectors.create", name="api", type="http_json", config=ELSEWHERE | {"token": CANARY})
    monkeypatch.setenv("WORKBENCH_KEY", base64.b64encode(bytes(32)).decode())
    with pytest.raises(Unavailable, match="set the secret again"):
        caller.call("connectors.test", id="api")

    assert caller.call("connectors.show", id="api").config["token"] == SECRET_SET
    caller.call("connectors.update", id="api", config=ELSEWHERE | {"retries": 1})
    caller.call("connectors.update", id="api", config=ELSEWHERE | {"token": CANARY})
    assert caller.call("connectors.test", id="api").code == "no_answer"


def test_a_secret_that_is_not_given_is_not_written(workbench, caller):
    """Changing other settings and one secret leaves the row of another as it is."""
    config = ELSEWHERE | {"token": CANARY, "password": CANARY}
    made = caller.call("connectors.create", name="api", type="http_json", config=config)

    def rows() -> dict[str, tuple[int, bytes]]:
        with workbench.read() as db:
            mine = select(SecretRow).where(SecretRow.object_id == made.id)
            return {row.field: (row.version, row.ciphertext) for row in db.scalars(mine)}

    before = rows()
    caller.call("connectors.update", id="api", config=ELSEWHERE | {"retries": 1, "token": CANARY + "2"})

    assert rows()["password"] == before["password"]
    assert (before["token"][0], rows()["token"][0]) == (1, 2)


def test_a_secret_is_set_by_its_own_door(workbench, caller, workspace):
    """`secrets.set` finds a connector by name and takes its secret fields, no others."""
    made = caller.call("connectors.create", name="api", type="http_json", config=ELSEWHERE)
    caller.call("secrets.set", object="api", field="token", secret=CANARY)

    with workbench.read() as db:
        assert workbench.vault.get(db, workspace_id=workspace.id, object_id=made.id, field="token") == CANARY
    with pytest.raises(NotFound):
        caller.call("secrets.set", object="api", field="base_url", secret=CANARY)


@pytest.mark.parametrize("change", [{"base_url": "http://127.0.0.1:2"}, {"ca_file": "/tmp/other.pem"}])
def test_an_old_secret_is_not_sent_to_a_new_address(caller, change):
    """Who changes where a secret goes must give it again, for nobody may read one back by a server of his own."""
    caller.call("connectors.create", name="api", type="http_json", config=ELSEWHERE | {"token": CANARY})
    with pytest.raises(Invalid, match="would be sent to another place") as raised:
        caller.call("connectors.update", id="api", config=ELSEWHERE | change)

    assert raised.value.code == "secret_needed_again"
    assert caller.call("connectors.show", id="api").config["base_url"] == ELSEWHERE["base_url"]
    caller.call("connectors.update", id="api", config=ELSEWHERE | change | {"token": CANARY + "2"})
