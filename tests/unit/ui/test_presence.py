"""What a browser says is done by whoever asked for it, and nothing else is."""

from __future__ import annotations

import pytest


@pytest.fixture
def presence():
    """A presence that notes what it was told."""
    from workbench.ui.presence import Presence

    made = Presence()
    made.told = []
    made.on("start", made.told.append)
    return made


def test_an_act_comes_with_its_fields(presence):
    """A form's fields reach whoever asked for the act; the last of a name counts."""
    presence._handle_msg({"act": "start", "fields": [["month", "3"], ["month", "4"], ["carrier", "UA"]]})

    assert presence.told == [{"month": "4", "carrier": "UA"}]


@pytest.mark.parametrize(
    "said",
    [
        None, 7, "start", [], {}, {"act": "start"}, {"act": "start", "fields": "month"},
        {"act": ["start"], "fields": []}, {"act": "on", "fields": []}, {"act": "__init__", "fields": []},
    ],
)  # fmt: skip
def test_whatever_else_a_browser_says_does_nothing(presence, said):
    """No act that nobody asked for, no method by its name, no error."""
    presence._handle_msg(said)

    assert presence.told == []


def test_fields_are_texts_and_not_endlessly_many(presence):
    """What is no pair is left out, and what is no text becomes one."""
    presence._handle_msg({"act": "start", "fields": [["a", 1], ["b"], "cd", None, *([str(n), ""] for n in range(900))]})

    [fields] = presence.told
    assert fields["a"] == "1"
    assert len(fields) < 500


@pytest.mark.parametrize("address", ["https://evil.example", "//evil.example", "javascript:alert(1)", ""])
def test_the_browser_is_sent_to_this_server_only(presence, address):
    """An address elsewhere is a fault of ours, not a way out."""
    with pytest.raises(ValueError, match="leads elsewhere"):
        presence.go(address)

    presence.go("/workbench/apps/default/home")
    assert presence.goes == "/workbench/apps/default/home"
