"""Secrets are found again by the workbench, and by nobody who only has the database."""

from __future__ import annotations

import base64
import itertools
import secrets
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from workbench.core.errors import Unavailable
from workbench.core.ids import new_id
from workbench.domains.secrets.models import SecretRow
from workbench.domains.secrets.service import Envelopes, Keyring
from workbench.domains.secrets.service.keyring import FILE, VARIABLE

CANARY = "c4n4ry-9f2c"
pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def vault(workbench):
    """The vault of the home."""
    return workbench.vault


@pytest.fixture
def place(workspace):
    """Where a secret belongs."""
    return {"workspace_id": workspace.id, "object_id": new_id(), "field": "password"}


def put(workbench, vault, place, value: str) -> None:
    """Set a secret and commit."""
    with workbench.unit_of_work() as db:
        vault.put(db, **place, value=value)


def got(workbench, vault, place) -> str | None:
    """The secret as a later reader finds it."""
    with workbench.read() as db:
        return vault.get(db, **place)


def row_of(workbench, place) -> dict:
    """The stored row, as a mapping."""
    columns = SecretRow.__table__.c
    with workbench.read() as db:
        query = select(*columns).where(columns.object_id == place["object_id"], columns.field == place["field"])
        return dict(db.execute(query).one()._mapping)


def change(workbench, place, **values) -> None:
    """Do what somebody does who can write to the database."""
    with workbench.unit_of_work() as db:
        where = (SecretRow.object_id == place["object_id"], SecretRow.field == place["field"])
        db.execute(update(SecretRow).where(*where).values(**values))


def test_a_secret_is_found_again(workbench, vault, place):
    """What was put is got; another field and another object have none."""
    put(workbench, vault, place, CANARY)

    assert got(workbench, vault, place) == CANARY
    assert got(workbench, vault, place | {"field": "token"}) is None
    assert got(workbench, vault, place | {"object_id": uuid4()}) is None
    assert got(workbench, vault, place | {"workspace_id": uuid4()}) is None


def test_setting_again_counts_the_version_and_replaces_the_value(workbench, vault, place):
    """The newest value counts, and no two versions share a data key or a nonce."""
    put(workbench, vault, place, "first")
    first = row_of(workbench, place)
    put(workbench, vault, place, "second")
    second = row_of(workbench, place)

    assert got(workbench, vault, place) == "second"
    assert (first["version"], second["version"]) == (1, 2)
    assert first["id"] == second["id"]
    for name in ("wrapped_key", "ciphertext"):
        assert first[name][:12] != second[name][:12]


def test_the_same_value_never_looks_the_same(workbench, vault, place):
    """Two objects with one password cannot be told to have it."""
    other = place | {"object_id": new_id()}
    put(workbench, vault, place, CANARY)
    put(workbench, vault, other, CANARY)

    one, two = row_of(workbench, place), row_of(workbench, other)
    assert one["ciphertext"] != two["ciphertext"]
    assert one["wrapped_key"] != two["wrapped_key"]


def test_deleting_forgets_all_fields_of_an_object(workbench, vault, place):
    """An object's secrets go together, and only its own."""
    other = place | {"object_id": new_id()}
    for where in (place, place | {"field": "token"}, other):
        put(workbench, vault, where, CANARY)

    with workbench.unit_of_work() as db:
        vault.delete(db, workspace_id=place["workspace_id"], object_id=place["object_id"])

    assert got(workbench, vault, place) is None
    assert got(workbench, vault, place | {"field": "token"}) is None
    assert got(workbench, vault, other) == CANARY


def test_what_is_set_is_known_without_a_key(workbench, vault, place, settings):
    """Which fields hold a secret can be told, and one be removed, while the key is lost."""
    for field in ("password", "token"):
        put(workbench, vault, place | {"field": field}, CANARY)
    (settings.keys_dir / FILE).unlink()
    owner = {name: place[name] for name in ("workspace_id", "object_id")}

    with workbench.unit_of_work() as db:
        assert vault.fields(db, **owner) == {"password": None, "token": None}
        vault.remove(db, **place)
        assert vault.fields(db, **owner) == {"token": None}
        assert vault.fields(db, **owner | {"object_id": uuid4()}) == {}
        vault.remove(db, **place | {"object_id": uuid4()})


def test_an_old_ciphertext_does_not_open_after_its_secret_was_removed(workbench, vault, place):
    """A removed secret leaves nothing to open, and the next one counts on from there."""
    put(workbench, vault, place, CANARY)
    first = row_of(workbench, place)
    with workbench.unit_of_work() as db:
        vault.remove(db, **place)
    removed = row_of(workbench, place)
    assert (removed["key_id"], removed["wrapped_key"], removed["ciphertext"]) == ("", b"", b"")
    assert got(workbench, vault, place) is None
    put(workbench, vault, place, "new")
    assert (got(workbench, vault, place), row_of(workbench, place)["version"]) == ("new", 2)
    change(workbench, place, wrapped_key=first["wrapped_key"], ciphertext=first["ciphertext"])

    with pytest.raises(Unavailable, match="was changed or moved"):
        got(workbench, vault, place)


def test_a_key_is_made_where_all_secrets_were_removed(workbench, vault, place, settings):
    """Empty rows need no key, so a lost one is made anew."""
    put(workbench, vault, place, CANARY)
    with workbench.unit_of_work() as db:
        vault.remove(db, **place)
    (settings.keys_dir / FILE).unlink()
    put(workbench, vault, place, "new")

    assert got(workbench, vault, place) == "new"


def test_work_that_is_rolled_back_keeps_the_old_secret(workbench, vault, place):
    """A failed unit of work leaves the secret as it was."""
    put(workbench, vault, place, "first")

    def fail() -> None:
        with workbench.unit_of_work() as db:
            vault.put(db, **place, value="second")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert got(workbench, vault, place) == "first"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(alphabet=st.characters(), min_size=1, max_size=200))
def test_any_text_can_be_a_secret(workbench, vault, place, value):
    """Whatever characters a password has, it comes back as it was."""
    put(workbench, vault, place, value)

    assert got(workbench, vault, place) == value


def test_setting_one_secret_from_many_threads_loses_none(workbench, vault, place):
    """Writers that meet at one secret take turns: the version counts each, and the last value opens."""

    def work(number: int) -> None:
        put(workbench, vault, place, f"value-{number}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(18)))

    assert row_of(workbench, place)["version"] == 18
    assert got(workbench, vault, place).startswith("value-")


def test_a_single_changed_bit_is_noticed(workbench, vault, place):
    """A row in which one bit was flipped does not open, and the error shows nothing of it."""
    put(workbench, vault, place, CANARY)
    for name, index in itertools.product(("ciphertext", "wrapped_key"), (0, 12, -1)):
        whole = row_of(workbench, place)[name]
        damaged = bytearray(whole)
        damaged[index] ^= 1
        change(workbench, place, **{name: bytes(damaged)})

        with pytest.raises(Unavailable, match="was changed or moved") as caught:
            got(workbench, vault, place)
        assert caught.value.code == "secret_damaged"
        assert CANARY not in str(caught.value)
        change(workbench, place, **{name: whole})
    assert got(workbench, vault, place) == CANARY


@pytest.mark.parametrize(
    "moved",
    [{"field": "token"}, {"object_id": new_id()}, {"version": 7}],
    ids=["to another field", "to another object", "to another version"],
)
def test_a_row_that_was_moved_does_not_open(workbench, vault, place, moved):
    """A secret opens only where, and as the version as which, it was set."""
    put(workbench, vault, place, CANARY)
    change(workbench, place, **moved)

    with pytest.raises(Unavailable, match="was changed or moved"):
        got(workbench, vault, place | {name: value for name, value in moved.items() if name in place})


def test_a_row_that_was_copied_to_another_workspace_does_not_open(workbench, vault, place):
    """Whoever copies a foreign connector's secret into her own workspace has nothing."""
    from workbench.domains.access.service import add_workspace

    put(workbench, vault, place, CANARY)
    with workbench.unit_of_work() as db:
        foreign = add_workspace(db, "foreign", "Foreign", "UTC", None).id
    change(workbench, place, workspace_id=foreign)

    with pytest.raises(Unavailable, match="was changed or moved"):
        got(workbench, vault, place | {"workspace_id": foreign})


def test_parts_of_two_secrets_cannot_be_combined(workbench, vault, place):
    """The ciphertext of one row under the wrapped key of another does not open."""
    other = place | {"object_id": new_id()}
    put(workbench, vault, place, CANARY)
    put(workbench, vault, other, "mine")
    change(workbench, other, ciphertext=row_of(workbench, place)["ciphertext"])

    with pytest.raises(Unavailable, match="was changed or moved"):
        got(workbench, vault, other)


def test_with_another_key_secrets_are_unavailable_and_the_mend_is_named(workbench, vault, place, settings):
    """A swapped key is told apart from damage, by the id of the key that is wanted."""
    put(workbench, vault, place, CANARY)
    wanted = row_of(workbench, place)["key_id"]
    stranger = Envelopes(settings, Keyring(settings.keys_dir, {VARIABLE: base64.b64encode(bytes(32)).decode()}))

    with pytest.raises(Unavailable, match=f"encrypted with the key {wanted}") as caught:
        got(workbench, stranger, place)
    assert caught.value.code == "secret_key_wrong"
    assert "backup" in caught.value.fix


def test_a_lost_key_is_not_replaced_while_secrets_need_it(workbench, vault, place, settings):
    """Setting a secret after the key was lost does not hide the loss behind a new key."""
    put(workbench, vault, place, CANARY)
    (settings.keys_dir / FILE).unlink()

    with pytest.raises(Unavailable, match="missing"):
        put(workbench, vault, place | {"field": "token"}, "x")
    with pytest.raises(Unavailable, match="missing"):
        got(workbench, vault, place)
    assert not (settings.keys_dir / FILE).exists()


def test_an_older_key_still_opens_and_the_first_encrypts(workbench, vault, place, settings):
    """With a new key above the old one, old secrets open and new ones use the new key."""
    put(workbench, vault, place, CANARY)
    old = row_of(workbench, place)["key_id"]
    path = settings.keys_dir / FILE
    path.write_text(base64.b64encode(secrets.token_bytes(32)).decode() + "\n" + path.read_text())

    assert got(workbench, vault, place) == CANARY
    put(workbench, vault, place, "renewed")
    assert row_of(workbench, place)["key_id"] != old
    assert got(workbench, vault, place) == "renewed"


def test_the_database_holds_nothing_of_a_secret(workbench, vault, place):
    """Neither text nor base64 nor hexadecimal of a secret, nor the key, is anywhere in the row."""
    put(workbench, vault, place, CANARY)

    with workbench.read() as db:
        dump = b"".join(
            bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
            for row in db.execute(text("SELECT * FROM secret"))
            for cell in row
        )
    for form in (CANARY.encode(), CANARY.encode().hex().encode(), base64.b64encode(CANARY.encode())):
        assert form not in dump
    assert base64.b64decode((workbench.settings.keys_dir / FILE).read_text()) not in dump


def test_a_row_shows_nothing_in_repr(workbench, vault, place):
    """A row that lands in a log or a traceback shows no byte of itself."""
    put(workbench, vault, place, CANARY)

    with workbench.read() as db:
        assert repr(db.scalars(select(SecretRow)).one()) == "SecretRow(***)"
