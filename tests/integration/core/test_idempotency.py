"""One key, one deed."""

from __future__ import annotations

import threading

import pytest

from tests.integration.jupyter_ext import toys
from workbench.core import gate
from workbench.core.errors import Conflict, Invalid
from workbench.core.ids import new_id

pytestmark = pytest.mark.usefixtures("any_database")


def create(ctx, **fields):
    """Create a thing."""
    return gate.call(toys.registry["things.create"], ctx, fields)


def test_a_repeated_request_gets_the_first_answer(asking):
    """The second call does nothing and answers what the first did."""
    first = create(asking(idempotency_key="k"), name="a", size=1)

    assert create(asking(idempotency_key="k"), name="a", size=1) == first


def test_twins_that_come_at_once_are_one(asking, toys_caller):
    """Eight threads with one key make one thing, and all hear of the same."""
    ready, answers = threading.Barrier(8), []

    def run():
        ready.wait()
        answers.append(create(asking(idempotency_key="twins"), name="one"))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 8
    assert len({answer.id for answer in answers}) == 1
    assert len(toys_caller.call("things.list").items) == 1


def test_a_key_is_not_used_for_something_else(asking):
    """Another request under a used key is a conflict and does nothing."""
    create(asking(idempotency_key="k"), name="a")

    with pytest.raises(Conflict) as error:
        create(asking(idempotency_key="k"), name="b")

    assert error.value.code == "idempotency_key_reused"


def test_a_key_of_a_request_that_failed_is_free_again(asking):
    """What left nothing behind may be tried again under the same key."""
    create(asking(), name="a")
    with pytest.raises(Conflict, match="already"):
        create(asking(idempotency_key="k"), name="a")

    assert create(asking(idempotency_key="k"), name="b").name == "b"


def test_a_key_is_the_person_s_whichever_way_she_comes(asking, owner):
    """A name that Jupyter made up for one request hides nobody from her own key."""
    from dataclasses import replace

    first = create(asking(idempotency_key="k"), name="a")

    assert create(asking(replace(owner, name="jupyter:made-up"), idempotency_key="k"), name="a") == first


def test_a_key_is_somebody_s_own(asking, owner):
    """Two people may use the same key."""
    from dataclasses import replace

    other = replace(owner, name="test:other", user_id=new_id())
    first = create(asking(idempotency_key="k"), name="a")

    assert create(asking(other, idempotency_key="k"), name="b").id != first.id


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_has_a_sensible_length(asking, key):
    """Empty and endless keys are refused."""
    with pytest.raises(Invalid, match="1 to 200"):
        create(asking(idempotency_key=key), name="a")
