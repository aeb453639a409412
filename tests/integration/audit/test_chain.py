"""The audit trail is one unbroken chain in commit order, and shows whatever is done to it."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from workbench.core import events, journal
from workbench.core.errors import Conflict
from workbench.core.journal import AuditEntry
from workbench.core.row_security import INSTALLATION, LIFT
from workbench.domains.audit import service
from workbench.domains.audit.models import AuditRecord
from workbench.domains.audit.service import Head, Trail
from workbench.domains.audit.service.chain import GENESIS


def entry(number: int = 0, **more) -> AuditEntry:
    """An entry as the gate makes them."""
    return AuditEntry(
        operation=f"things.do_{number}",
        outcome="done",
        principal="os:1000",
        workspace_id=uuid4(),
        target_type="thing",
        target_id=str(uuid4()),
        correlation_id=f"{number:032x}",
        surface="python",
        detail={"request": {"number": number}},
        **more,
    )


def write(database, *entries: AuditEntry) -> None:
    """Commit entries in one unit of work."""
    with journal.unit_of_work(database, Trail()) as db:
        for one in entries:
            journal.record(db, one)


def verify(database, *heads: Head) -> Head:
    """Verify the whole chain."""
    with database.read(INSTALLATION) as db:
        return service.verify(db, heads)


def tamper(database, *statements: str) -> None:
    """Do what somebody does who owns the database file: take the guards away, then write."""
    guards = (
        [
            "DROP TRIGGER audit_record_no_update",
            "DROP TRIGGER audit_record_no_delete",
            "DROP TRIGGER audit_record_no_replace",
        ]
        if database.is_sqlite
        else ["DROP TRIGGER audit_record_no_change ON audit_record"]
    )
    for statement in [*guards, *statements]:
        attempt(database, statement)


def attempt(database, statement: str) -> None:
    """Carry out a statement that meets the rows of all workspaces."""
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text(f"SELECT {LIFT}"))
        connection.execute(text(statement))


@pytest.fixture
def ten(database):
    """A chain of ten records; answers its head."""
    for number in range(5):
        write(database, entry(number), entry(number))
    return verify(database)


def test_an_empty_chain_is_whole(database):
    """A home in which nothing happened yet verifies, and its head is the beginning."""
    assert verify(database) == Head(0, GENESIS)


def test_records_are_numbered_without_gaps_and_each_names_the_hash_before_it(database, ten):
    """Sequence runs 1 to n, and following the hashes leads through every record."""
    links = select(AuditRecord.sequence, AuditRecord.previous_hash, AuditRecord.hash).order_by(AuditRecord.sequence)
    with database.read(INSTALLATION) as db:
        sequences, previous, hashes = zip(*db.execute(links), strict=True)

    assert sequences == tuple(range(1, 11))
    assert previous == (GENESIS, *hashes[:-1])
    assert ten == Head(10, hashes[-1])


def test_work_that_is_rolled_back_leaves_no_record_and_no_gap(database, ten):
    """A failed unit of work takes its audit records with it, and the next ones close up."""

    def fail() -> None:
        with journal.unit_of_work(database, Trail()) as db:
            journal.record(db, entry())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    write(database, entry())

    assert verify(database, ten).sequence == 11


def test_concurrent_commits_keep_one_chain_in_commit_order(database):
    """Eight writers at once break no link, and audit order is the order in which they committed."""
    failures: list[Exception] = []

    def work(writer: int) -> None:
        try:
            for number in range(12):
                with journal.unit_of_work(database, Trail()) as db:
                    journal.record(db, entry(writer * 100 + number))
                    events.emit(
                        db, "thing.done", workspace_id=None, object_id=None, permission="me:read",
                        data={"operation": f"things.do_{writer * 100 + number}"},
                    )  # fmt: skip
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)

    write(database, entry(9999))
    with journal.unit_of_work(database, Trail()) as db:
        events.emit(db, "thing.done", workspace_id=None, object_id=None, permission="me:read")
    threads = [threading.Thread(target=work, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)

    assert failures == []
    assert verify(database).sequence == 1 + 8 * 12
    with database.read(INSTALLATION) as db:
        audited = list(db.scalars(select(AuditRecord.operation).order_by(AuditRecord.sequence).offset(1)))
        happened = [event.data["operation"] for event in events.since(db, 1)]
    assert audited == happened


CHANGES = {
    "principal": "principal = 'os:0'",
    "on_behalf_of": "on_behalf_of = 'os:0'",
    "operation": "operation = 'things.undo'",
    "outcome": "outcome = 'denied'",
    "workspace": "workspace_id = NULL",
    "user_id": "user_id = workspace_id",
    "target_type": "target_type = 'other'",
    "target_id": "target_id = NULL",
    "correlation_id": "correlation_id = 'other'",
    "surface": "surface = 'rest'",
    "detail": "detail = '{}'",
    "at": "at = '2020-01-01 00:00:00.000000'",
    "hash": f"hash = '{'a' * 64}'",
}


def test_a_change_of_any_column_is_found(database, ten):
    """Whatever column is written over, verification names the record."""
    tamper(database)
    for column, change in CHANGES.items():
        with database.write(INSTALLATION) as db:
            db.execute(text(f"UPDATE audit_record SET {change} WHERE sequence = 4"))
            with pytest.raises(Conflict, match="record 4 was changed") as caught:
                service.verify(db)
            db.rollback()
        assert (caught.value.code, caught.value.params) == ("audit_chain_broken", {"sequence": 4}), column
        assert caught.value.exit_code == 5
    assert verify(database, ten) == ten


def test_a_changed_link_is_found(database, ten):
    """A record that claims another predecessor is found."""
    tamper(database, f"UPDATE audit_record SET previous_hash = '{'b' * 64}' WHERE sequence = 7")

    with pytest.raises(Conflict, match="record 7 does not follow"):
        verify(database)


@pytest.mark.parametrize("gone", [1, 5, 9])
def test_a_missing_record_is_found(database, ten, gone):
    """A record taken out of the beginning or the middle is named."""
    tamper(database, f"DELETE FROM audit_record WHERE sequence = {gone}")

    with pytest.raises(Conflict, match=f"record {gone} is missing"):
        verify(database)


def test_a_gap_that_was_closed_by_renumbering_is_found(database, ten):
    """Deleting a record and moving the later ones up does not hide it."""
    tamper(
        database,
        "DELETE FROM audit_record WHERE sequence = 3",
        *(f"UPDATE audit_record SET sequence = {number - 1} WHERE sequence = {number}" for number in range(4, 11)),
    )

    with pytest.raises(Conflict, match="record 3 does not follow"):
        verify(database)


def test_another_order_is_found(database, ten):
    """Two records that changed places are found."""
    tamper(
        database,
        "UPDATE audit_record SET sequence = 99 WHERE sequence = 5",
        "UPDATE audit_record SET sequence = 5 WHERE sequence = 6",
        "UPDATE audit_record SET sequence = 6 WHERE sequence = 99",
    )

    with pytest.raises(Conflict, match="record 5 does not follow"):
        verify(database)


def test_a_cut_off_end_is_found_by_an_exported_head_only(database, ten):
    """The chain alone cannot show that its end is gone; a head that was kept elsewhere does."""
    tamper(database, "DELETE FROM audit_record WHERE sequence > 7")

    assert verify(database).sequence == 7
    with pytest.raises(Conflict, match=r"record 8 is missing, and all after it; a head was exported of record 10"):
        verify(database, ten)


def test_a_chain_that_was_made_anew_is_found_by_an_exported_head(database, ten):
    """Somebody who rewrites everything with fresh hashes is betrayed by an old head."""
    tamper(database, "DELETE FROM audit_record")
    for number in range(10):
        write(database, entry(number))

    assert verify(database).sequence == 10
    with pytest.raises(Conflict, match="record 10 is not the one of which the head was exported"):
        verify(database, ten)


def test_heads_that_were_exported_on_the_way_agree_with_an_untouched_chain(database, tmp_path):
    """Heads written while the chain grows are all found again, also past a line that a crash cut short."""
    for number in range(3):
        write(database, entry(number))
        with database.read(INSTALLATION) as db:
            service.export_head(db, tmp_path)
            service.export_head(db, tmp_path)
    with (tmp_path / service.HEADS_FILE).open("a") as file:
        file.write("2026-01-01T00:00:00+00:00 3:abc")

    heads = service.read_heads(tmp_path)

    assert [head.sequence for head in heads] == [1, 2, 3]
    assert verify(database, *heads) == heads[-1]
    assert (tmp_path / service.HEADS_FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_record SET outcome = 'done' WHERE sequence = 1",
        "DELETE FROM audit_record WHERE sequence = 1",
        "DELETE FROM audit_record",
    ],
)
def test_the_database_itself_refuses_to_change_records(database, ten, statement):
    """Whatever code runs against the tables, update and delete are refused by triggers."""
    with pytest.raises(DBAPIError, match="append-only"):
        attempt(database, statement)

    assert verify(database, ten) == ten


def test_the_database_refuses_to_replace_or_truncate(database, ten):
    """The ways round update and delete are closed: REPLACE on SQLite, upsert and TRUNCATE on PostgreSQL."""
    columns = ", ".join(column.name for column in AuditRecord.__table__.columns)
    copy = f"INTO audit_record ({columns}) SELECT {columns} FROM audit_record WHERE sequence = 4"
    ways = (
        [f"REPLACE {copy}"]
        if database.is_sqlite
        else ["TRUNCATE audit_record", f"INSERT {copy} ON CONFLICT (sequence) DO UPDATE SET outcome = 'denied'"]
    )
    for way in ways:
        with pytest.raises(DBAPIError, match="append-only"):
            attempt(database, way)

    assert verify(database, ten) == ten


def test_text_that_databases_dislike_is_kept_in_a_form_they_take(database):
    """NUL, lone surrogates, endless names and absurd numbers neither break the write nor the chain."""
    odd = AuditEntry(
        operation="x" * 500,
        outcome="done",
        principal="a\x00b\ud800" + "c" * 500,
        detail={"k\x00": ["\ud800", float("nan"), 10**5000, 1e22, -0.0, {"deep": b"bytes"}], "t": {1}},
    )
    write(database, odd, entry(1))

    assert verify(database).sequence == 2
    with database.read(INSTALLATION) as db:
        principal, detail = db.execute(
            select(AuditRecord.principal, AuditRecord.detail).where(AuditRecord.sequence == 1)
        ).one()
    assert principal.startswith("a\\x00b\\ud800c")
    assert detail == {
        "k\\x00": ["\\ud800", "nan", "<integer of 16610 bits>", 1e22, -0.0, {"deep": "<5 bytes>"}],
        "t": [1],
    }


def test_secrets_in_a_detail_never_reach_the_table(database):
    """Even when a caller forgets to redact, what sounds like a secret is hidden before it is stored."""
    write(
        database,
        AuditEntry(
            operation="connectors.create",
            outcome="failed",
            principal="os:1000",
            detail={
                "config": {"password": "canary-1", "url": "postgresql://ann:canary-2@db/x"},
                "text": "wbt_canary3canary3",
            },
        ),
    )

    with database.read(INSTALLATION) as db:
        stored = str(db.execute(text("SELECT * FROM audit_record")).all())
    assert "connectors.create" in stored
    assert "canary" not in stored
