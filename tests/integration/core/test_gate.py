"""The one way in: what it lets through, refuses and writes down."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from tests.integration.jupyter_ext import toys
from workbench.core import gate
from workbench.core.context import ANONYMOUS, Principal
from workbench.core.errors import (
    Conflict,
    Invalid,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    StaleVersion,
    Unavailable,
    VersionRequired,
    WorkbenchError,
)
from workbench.core.operations import External, Registry
from workbench.core.permissions import Role
from workbench.core.schemas import Gone, Request
from workbench.domains.audit.models import AuditRecord

pytestmark = pytest.mark.usefixtures("any_database")


def call(ctx, name, /, **fields):
    """Call one of the toys."""
    return gate.call(toys.registry[name], ctx, fields)


def trail(bench, ctx):
    """What the audit trail says of a call: operation and outcome."""
    with bench.read() as db:
        query = (
            select(AuditRecord).where(AuditRecord.correlation_id == ctx.correlation_id).order_by(AuditRecord.sequence)
        )
        return [(record.operation, record.outcome) for record in db.scalars(query)]


def test_a_write_is_committed_with_its_record(bench, asking):
    """What an operation wrote and the record of it are there afterwards, under one correlation id."""
    ctx = asking()

    made = call(ctx, "things.create", name="a", size=2)

    assert call(asking(), "things.show", id="a") == made
    assert trail(bench, ctx) == [("things.create", "done")]


def test_a_refusal_leaves_only_its_record(bench, asking):
    """An operation that fails has written nothing, and that it failed is on record."""
    call(asking(), "things.create", name="a")
    ctx = asking()

    with pytest.raises(Conflict):
        call(ctx, "things.create", name="a", size=9)

    assert call(asking(), "things.show", id="a").size == 0
    assert trail(bench, ctx) == [("things.create", "failed")]


def test_a_fault_is_told_as_one_of_ours(bench, asking, caplog):
    """An exception that nobody foresaw becomes a plain error with the correlation id; the log has the rest."""
    ctx = asking()

    with pytest.raises(WorkbenchError) as error:
        call(ctx, "things.fail")

    assert type(error.value) is WorkbenchError
    assert "secret internals" not in str(error.value.problem())
    assert error.value.correlation_id == ctx.correlation_id
    assert "secret internals" in caplog.text
    assert trail(bench, ctx) == [("things.fail", "failed")]


def test_a_denial_is_on_record_also_for_reading(bench, asking, owner):
    """Who may not is refused before the request is even looked at, and that is written down."""
    workspace = next(iter(owner.roles))
    viewer = Principal("user", "test:viewer", roles={workspace: frozenset({Role.VIEWER})})
    narrow = replace(owner, scopes=frozenset({"connectors:list"}))
    for who, name in ((viewer, "things.list"), (narrow, "things.show")):
        ctx = replace(asking(), principal=who)
        with pytest.raises(NotPermitted, match="connectors:"):
            call(ctx, name, nonsense=1)
        assert trail(bench, ctx) == [(name, "denied")]


def test_nobody_is_asked_to_sign_in_and_leaves_no_record(bench, asking):
    """Anonymous calls are counted, not recorded: strangers cannot fill the trail."""
    ctx = replace(asking(), principal=ANONYMOUS)

    with pytest.raises(NotAuthenticated):
        call(ctx, "things.list")

    assert trail(bench, ctx) == []


def test_what_one_may_not_see_is_not_there(bench, asking, owner):
    """Things of somebody else and things that are nowhere get the same answer."""
    call(asking(), "things.create", name="hidden")
    workspace = next(iter(owner.roles))
    stranger = replace(
        asking(), principal=Principal("user", "test:executor", roles={workspace: frozenset({Role.EXECUTOR})})
    )
    answers = []
    for key in ("hidden", "nowhere"):
        with pytest.raises((NotFound, NotPermitted)) as error:
            call(stranger, "things.show", id=key)
        answers.append((type(error.value), error.value.code))

    assert answers[0] == answers[1]


def test_an_external_operation_works_without_a_transaction(bench, asking):
    """While the outside world is asked, others write; the intent is on record before, the end after."""
    registry = Registry()
    asked = threading.Event()
    seen = []

    @registry.operation("toys.ask", "POST /ask", "connectors:test", effect="external")
    def ask(ctx, request: Request) -> External[Gone]:
        """Ask."""

        def work():
            call(asking(), "things.create", name="meanwhile")
            seen.extend(trail(bench, mine))
            asked.set()
            return "answer"

        return External(work=work, store=lambda _, result: Gone(id=result))

    mine = asking()
    assert gate.call(registry["toys.ask"], mine, {}) == Gone(id="answer")
    assert asked.is_set()
    assert seen == [("toys.ask", "intent")]
    assert trail(bench, mine) == [("toys.ask", "intent"), ("toys.ask", "done")]


def test_an_external_operation_that_fails_has_an_intent_and_an_end(bench, asking):
    """What was tried outside is on record even where it failed."""
    registry = Registry()

    @registry.operation("toys.fall", "POST /fall", "connectors:test", effect="external")
    def fall(ctx, request: Request) -> External[Gone]:
        """Fall."""
        return External(work=lambda: 1 / 0)

    ctx = asking()
    with pytest.raises(WorkbenchError):
        gate.call(registry["toys.fall"], ctx, {})

    assert trail(bench, ctx) == [("toys.fall", "intent"), ("toys.fall", "failed")]


def test_a_stream_that_cannot_be_put_on_record_is_let_go_of(bench, asking, monkeypatch):
    """Where the record of a raw operation fails, what it opened is closed and not given out."""
    registry, closed = Registry(), threading.Event()

    def rows():
        try:
            yield
        finally:
            closed.set()

    @registry.operation("toys.flow", "GET /flow", "connectors:read_data", effect="raw", gives="arrow")
    def flow(ctx, request: Request) -> Any:
        """Flow."""
        opened = rows()
        next(opened)
        return [opened]  # like a reader, it ends with whoever holds it last

    def full(*_):
        raise Unavailable("The disk is full.")

    monkeypatch.setattr(gate.journal, "record", full)
    with pytest.raises(Unavailable) as error:
        gate.call(registry["toys.flow"], asking(), {})

    assert closed.is_set(), error


@pytest.mark.parametrize(
    ("if_match", "error"), [(None, VersionRequired), ('"7"', StaleVersion), ("W/nonsense", StaleVersion)]
)
def test_a_change_over_rest_names_its_version(asking, if_match, error):
    """A versioned change is refused without a version, and with another than the present one."""
    call(asking(), "things.create", name="a")

    with pytest.raises(error):
        call(asking(surface="rest", if_match=if_match), "things.change", id="a", size=1)

    for fine in ('"1"', '"1-abcdef", "9"', "*"):
        thing = call(asking(), "things.show", id="a")
        tag = fine.replace("1", str(thing.etag), 1)
        assert call(asking(surface="rest", if_match=tag), "things.change", id="a", size=thing.etag).etag > thing.etag


def test_two_changes_at_once_do_not_overwrite_each_other(bench, asking):
    """Of changes that saw the same version one wins; the other is told that it was late."""
    call(asking(), "things.create", name="a")
    ready, outcomes = threading.Barrier(6), []

    def change(number):
        ready.wait()
        try:
            call(asking(surface="rest", if_match='"1"'), "things.change", id="a", size=number)
            outcomes.append("done")
        except StaleVersion:
            outcomes.append("stale")

    threads = [threading.Thread(target=change, args=(number,)) for number in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done"] + ["stale"] * 5
    assert call(asking(), "things.show", id="a").etag == 2


def test_a_request_that_cannot_be_understood_names_what_is_known(asking):
    """The fields that are wrong are pointed at, the known ones named."""
    with pytest.raises(Invalid) as error:
        call(asking(), "things.create", nme="a", size="x")

    assert {item["pointer"] for item in error.value.errors} == {"/name", "/nme", "/size"}
    assert "extra, heavy, labels, name, size" in error.value.fix
