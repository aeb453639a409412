"""What a run may read and write: every combination of who wrote, published and started it."""

from __future__ import annotations

from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.errors import Invalid
from workbench.domains.pipelines.service.globs import EVERYTHING, both, checked, covers, matches, reduced
from workbench.domains.pipelines.service.rights import (
    ALL,
    EVERY_RIGHT,
    NO_RIGHT,
    Holdings,
    Person,
    Use,
    lacking,
    run_rights,
)

TABLES = ["flights", "flights_old", "secret", "weather"]
STREAMS = ["crm.orders", "crm.people", "web.hits"]
NAMES = [*TABLES, *STREAMS]

UNPERMITTED = Person("none", UUID(int=1), NO_RIGHT)
EVERYBODY = Person("admin", UUID(int=2), EVERY_RIGHT)
TABLE_READER = Person("reader", UUID(int=3), Holdings(reads=Use(tables=EVERYTHING)))
SOME = Person(
    "some",
    UUID(int=4),
    Holdings(reads=Use(frozenset({"flights"}), frozenset({"crm.*"})), writes=Use(frozenset({"weather"}))),
)
PEOPLE = [UNPERMITTED, EVERYBODY, TABLE_READER, SOME]
DECLARED = [(), ("*",), ("flights*",), ("flights", "crm.orders"), ("*.orders", "secret"), ("crm.*", "web.hits")]


def allowed(globs: tuple[str, ...]) -> set[str]:
    """The names that globs let through."""
    return {name for name in NAMES if matches(name, globs)}


def holds(use: Use) -> set[str]:
    """The names that somebody holds."""
    return {name for name in NAMES if matches(name, use.connectors if "." in name else use.tables)}


@pytest.mark.parametrize(("author", "caller"), list(product(PEOPLE, PEOPLE)))
def test_an_unpublished_version_acts_with_what_author_and_caller_share(author: Person, caller: Person):
    """Neither lends the other anything, and the caller answers for it."""
    rights = run_rights(caller, author=author, tables=TABLES)

    assert allowed(rights.reads) == holds(author.holdings.reads) & holds(caller.holdings.reads)
    assert allowed(rights.writes) == holds(author.holdings.writes) & holds(caller.holdings.writes)
    assert (rights.acting, rights.acting_id) == (caller.name, caller.user_id)


@pytest.mark.parametrize(("publisher", "reads"), list(product(PEOPLE, DECLARED)))
def test_a_published_version_acts_with_what_it_declares_and_its_publisher_still_holds(
    publisher: Person, reads: tuple[str, ...]
):
    """Who starts it needs and lends nothing; the publisher answers for it."""
    for caller, writes in product(PEOPLE, DECLARED):
        rights = run_rights(caller, publisher=publisher, author=UNPERMITTED, declared=(reads, writes), tables=TABLES)

        assert allowed(rights.reads) == allowed(reads) & holds(publisher.holdings.reads)
        assert allowed(rights.writes) == allowed(writes) & holds(publisher.holdings.writes)
        assert (rights.acting, rights.acting_id) == (publisher.name, publisher.user_id)


@pytest.mark.parametrize("caller", PEOPLE)
def test_interactive_code_acts_as_its_caller(caller: Person):
    """No more and no less than the person at the keyboard."""
    rights = run_rights(caller, tables=TABLES)

    assert allowed(rights.reads) == holds(caller.holdings.reads)
    assert allowed(rights.writes) == holds(caller.holdings.writes)
    assert rights.acting == caller.name


def test_a_publisher_who_declared_nothing_lends_nothing():
    """Without declarations a published version reads and writes nothing."""
    rights = run_rights(EVERYBODY, publisher=EVERYBODY, tables=TABLES)

    assert (rights.reads, rights.writes) == ((), ())


def test_all_tables_are_not_all_connectors():
    """A star matches dots too, so that all tables without any connector are spelled out."""
    rights = run_rights(TABLE_READER, tables=TABLES)

    assert rights.reads == tuple(TABLES)


def test_rights_of_admins_stay_short():
    """Who holds everything has one glob, whatever tables there are."""
    assert run_rights(EVERYBODY, author=EVERYBODY, tables=TABLES).reads == ("*",)


@pytest.mark.parametrize(
    ("held", "declared", "missing"),
    [
        (ALL, ["*", "crm.*", "flights"], []),
        (Use(tables=EVERYTHING), ["flights", "fl*", "*", "crm.orders"], ["*"]),
        (Use(tables=EVERYTHING), ["flights"], []),
        (Use(tables=EVERYTHING), ["crm.orders"], ["crm.orders"]),
        (Use(frozenset({"flights"}), frozenset({"crm.*"})), ["flights", "crm.orders", "crm.*"], []),
        (Use(frozenset({"flights"}), frozenset({"crm.*"})), ["flights*", "*.orders"], ["*.orders", "flights*"]),
        (Use(), ["a"], ["a"]),
        (Use(), [], []),
    ],
)
def test_a_publisher_must_hold_all_that_she_declares(held: Use, declared: list[str], missing: list[str]):
    """What is not wholly held is named; a glob that covers another speaks for it."""
    assert lacking(held, declared) == missing


glob = st.text("ab.*", min_size=1, max_size=6).map(lambda text: next(iter(reduced([text]))))
names = st.text("ab.", min_size=1, max_size=7)


@given(st.frozensets(glob, max_size=3), st.frozensets(glob, max_size=3), names)
def test_intersections_are_exact(one: frozenset[str], other: frozenset[str], name: str):
    """A name is in the intersection exactly if it is in both sets."""
    assert matches(name, both(one, other)) == (matches(name, one) and matches(name, other))


@given(st.frozensets(glob, max_size=4), names)
def test_reducing_changes_nothing(globs: frozenset[str], name: str):
    """Globs that are covered by others say nothing."""
    assert matches(name, reduced(globs)) == matches(name, globs)


@given(glob, glob, names)
def test_what_is_covered_is_within(wide: str, narrow: str, name: str):
    """If a glob covers another, it matches all that the other matches."""
    if covers([wide], narrow) and matches(name, [narrow]):
        assert matches(name, [wide])


@pytest.mark.parametrize("bad", ["", "a b", "a/b", "a;b", "*a*b*c*", "x" * 201, "a?", "[a]", "a\n"])
def test_globs_have_one_sign_only(bad: str):
    """What rights cannot be computed with exactly is refused, with its place."""
    with pytest.raises(Invalid) as refusal:
        checked(["fine", bad], "reads")

    assert refusal.value.errors[0]["pointer"] == "/reads/1"


def test_stars_in_a_row_are_one():
    """`crm.**` means `crm.*`."""
    assert checked(["crm.**", "a"], "reads") == {"crm.*", "a"}


def test_many_stars_take_no_time():
    """The worst globs that are accepted intersect at once."""
    long = "*" + "a" * 60 + "*" + "b" * 60 + "*"

    assert both(frozenset({long}), frozenset({"*" + "ab" * 40 + "*" + "ba" * 40 + "*"}))
