"""Requests made up from the OpenAPI document, right ones and wrong ones: each answer is as the document says.

Everything is asked as an Admin, as a Viewer and as nobody. `make fuzz` makes up many more, and tries every boundary.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import hypothesis
import pyarrow as pa
import pytest
import requests
import schemathesis
from hypothesis import strategies
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from sqlalchemy import select

from tests.factories import store, team
from tests.factories.notebooks import plain
from tests.factories.world import RELATIONS, build
from tests.integration.jupyter_ext.serving import Server, serving_team
from tests.runner.stages import ROOT
from workbench.broker.ipc import MEDIA_TYPE, chunks
from workbench.core.operations import registry
from workbench.core.permissions import Role
from workbench.core.settings import load
from workbench.domains.access.models import Workspace
from workbench.foreground import follow
from workbench.home import local_caller

THOROUGH = hypothesis.settings.get_current_profile_name() == "thorough"
CHECKS = {
    # What a request needs may be away: a connector's server, the disk's room.
    "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", 503]},
    # Which cursors were given out and which names are taken is in no schema.
    "positive_data_acceptance": {"enabled": False},
    # Beyond the usual ones: no such object of a versioned kind, a stale version, an address of more than 8 kB.
    "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428]},
}
CONFIG = {
    "seed": 1,
    "generation": {
        "deterministic": True,
        "max-examples": 60 if THOROUGH else 1,
        "no-shrink": not THOROUGH,
        "with-security-parameters": False,  # whoever asks brings her own
    },
    "phases": {"coverage": {"enabled": THOROUGH}, "examples": {"enabled": False}},
    "checks": CHECKS,
}
DOCUMENT = ROOT / "docs/reference/openapi.json"
api = schemathesis.openapi.from_path(str(DOCUMENT), config=SchemathesisConfig.from_dict(CONFIG))
REAL = "real"  # an object that holds something, where the others of the world are bare rows


@schemathesis.serializer(MEDIA_TYPE)
def as_it_is(_: Any, value: Any) -> dict[str, Any]:
    """A stream is sent as the bytes that it is."""
    return {"data": value if isinstance(value, bytes) else json.dumps(value).encode()}


def stream(numbers: list[int]) -> bytes:
    """A table's Arrow stream."""
    return b"".join(chunks(pa.table({"n": pa.array(numbers, pa.int64())}).to_reader()))


schemathesis.openapi.media_type(
    MEDIA_TYPE, strategies.lists(strategies.integers(-(2**63), 2**63 - 1), max_size=5).map(stream)
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A team's server of its own: what is made up here also removes and disables."""
    folder = tmp_path_factory.mktemp("made-up")
    given = {"home": folder / "home", "root": folder, "team": True, "executor": False, "requests_per_minute": 1_000_000}
    with serving_team(load(given, environ={})) as running:
        running.workbench  # noqa: B018 - waits until it is open
        yield running


@pytest.fixture(scope="module")
def objects(server: Server) -> dict[tuple[str, str], str]:
    """An object of each kind in each relation to the Admin, and one that holds something."""
    caller = local_caller(server.workbench)
    file = server.workbench.settings.root / "people.csv"
    file.write_text("name,age\nAda,36\nGrace,85\n")
    made = {
        "connector": caller.call("connectors.create", name="people", type="files", config={"path": str(file)}),
        "pipeline": caller.call("pipelines.register", notebook=plain("print(1)"), name="count"),
        "run": caller.call("runs.start", id="count"),
        "table": caller.call("tables.show", name=store.write(caller, "numbers", {"n": [1, 2, 3]}).table),
    }
    *_, run = follow(caller, made["run"].id)
    assert run.status == "succeeded"
    caller.call("pipelines.publish", id="count", reads=[], writes=[])
    found = {(kind, REAL): str(one.id) for kind, one in made.items()}
    with server.workbench.unit_of_work() as db:
        default = db.scalars(select(Workspace.id).where(Workspace.name == "default")).one()
        admin = build(db, default, [frozenset({Role.ADMIN})]).people[0]
    return found | {key: str(one) for key, one in admin.objects.items()}


@pytest.fixture(scope="module")
def sessions(server: Server) -> Iterator[list[requests.Session]]:
    """Connections of an Admin, a Viewer and nobody."""
    opened = [requests.Session() for _ in range(3)]
    for role, session in zip((Role.ADMIN, Role.VIEWER), opened, strict=False):
        somebody = team.person(server.workbench, f"{role}@made-up.example", role)
        session.headers["Authorization"] = f"Bearer {team.token(server.workbench, somebody)}"
    yield opened
    for session in opened:
        session.close()


def aim(case: Any, relation: str, objects: dict[tuple[str, str], str]) -> None:
    """Have a request whose path is right mean an object that there is, in whatever version."""
    op = registry[case.operation.definition.raw["operationId"]]
    if not case.meta.is_negative_at(ParameterLocation.PATH):
        if op.scope == "workspace":
            case.path_parameters["workspace"] = "default"
        if op.target:
            kept = relation if op.method != "DELETE" else "own"
            case.path_parameters[op.target[1]] = objects[op.target[0].__tablename__, kept]
    if op.versioned and not case.meta.is_negative_at(ParameterLocation.HEADER):
        case.headers["If-Match"] = "*"


def check(case: Any, response: Any) -> None:
    """Assert that an answer is one of those that the document names, and that a refusal is a whole problem."""
    case.validate_response(response)
    if response.status_code < 400:
        assert str(response.status_code) in case.operation.definition.raw["responses"]
    else:
        problem = response.json()
        assert (problem["status"], bool(problem["code"])) == (response.status_code, True), problem


def too_long(case: Any, server: Server) -> bool:
    """Whether tornado hangs up before anybody is asked, as it does on a head of more than 64 kB."""
    prepared = requests.Request(**case.as_transport_kwargs(server.api)).prepare()
    return len(str(prepared.url)) + sum(map(len, prepared.headers.values())) > 60_000


@api.given(relation=strategies.sampled_from([REAL, *RELATIONS]))
@api.parametrize()
def test_every_answer_is_as_documented(case, relation, server, objects, sessions):
    """No request that the document describes, or forbids, is answered otherwise than it says, whoever asks."""
    aim(case, relation, objects)
    hypothesis.assume(not too_long(case, server))
    for session in sessions:
        check(case, case.call(session=session, base_url=server.api))
