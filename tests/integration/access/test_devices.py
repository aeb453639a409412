"""Who is signed in on a device that is new to her hears of it by mail, from a real server."""

from __future__ import annotations

import re

import pytest

from tests.factories.accounts import NAME, PASSWORD, account, visitor
from tests.factories.mail import mailing
from tests.factories.people import caller_of
from workbench.domains.access import service
from workbench.domains.access.service.devices import in_words
from workbench.domains.access.service.links import outbox

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"


@pytest.fixture
def settings(settings, server):
    """Of a home that sends mail."""
    return mailing(settings, server)


@pytest.fixture
def arrived(workbench, server):
    """A function that answers the mails, once all are delivered."""

    def ask():
        outbox(workbench).close()
        return server.messages

    return ask


@pytest.mark.usefixtures("any_database")
def test_a_new_device_is_told_of_by_mail(workbench, arrived):
    """When, with what and from where, and how to end it; the first device and known ones are nothing to tell of."""
    account(workbench)
    for _ in range(2):
        service.open_session(visitor(workbench), NAME, PASSWORD)
    opened = service.open_session(visitor(workbench, "198.51.100.4", PHONE), NAME, PASSWORD)
    service.open_session(visitor(workbench, "198.51.100.4", PHONE), NAME, PASSWORD)

    (mail,) = arrived()
    said = mail.get_content().replace("\r\n", "\n")

    assert (mail["To"], mail["Subject"]) == (NAME, "Signed in from a new device")
    assert re.search(r"When: \d\d \w+ \d{4}, \d\d:\d\d UTC\nWith: Chrome on Android\nFrom: 198\.51\.100\.4\n", said)
    assert "https://data.example.org/workbench/forgot" in said
    assert f"workbench --server https://data.example.org/ sessions end {opened.session_id}" in said
    assert opened.text not in said


def test_what_the_mail_says_ends_the_session(workbench, arrived):
    """The id in the mail is that of the new session, and ends it."""
    account(workbench)
    here = service.open_session(visitor(workbench), NAME, PASSWORD)
    service.log_in(visitor(workbench, agent="python-httpx/0.28"), NAME, PASSWORD)
    (mail,) = arrived()
    named = re.search(r"sessions end (\S+)", mail.get_content())[1]
    with workbench.read() as db:
        ada = caller_of(workbench, service.session_principal(db, here.text))

    ada.call("sessions.end", id=named)

    assert "With: the program python-httpx" in mail.get_content()
    assert [row.id for row in ada.call("sessions.list").items] == [here.session_id]


def test_the_audit_trail_has_which_sessions_began_on_a_new_device(workbench, caller):
    """Each sign-in is on record with its session and whether its device was new."""
    account(workbench)
    made = [service.open_session(visitor(workbench, agent=agent), NAME, PASSWORD) for agent in ("Firefox", "Other")]

    rows = caller.call("audit.list", operation="auth.sign_in").items

    assert {(row.detail["session"], row.detail["new_device"]) for row in rows} == {
        (str(made[0].session_id), False), (str(made[1].session_id), True),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["ada", "ädä@example.org"])
def test_who_has_no_mail_address_signs_in_all_the_same(workbench, arrived, name):
    """A name that mail is not sent to keeps nobody out."""
    account(workbench, name)
    for agent in ("Firefox", "Other"):
        service.open_session(visitor(workbench, agent=agent), name, PASSWORD)

    assert arrived() == []


def test_a_mail_server_that_is_down_keeps_nobody_out(workbench, server, arrived):
    """The session begins although the notice is not taken."""
    account(workbench)
    service.open_session(visitor(workbench), NAME, PASSWORD)
    server.refusing = True

    assert service.open_session(visitor(workbench, agent="Other"), NAME, PASSWORD).new_device
    assert arrived() == []


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/17 Safari/605", "Safari on macOS"),
        (PHONE, "Chrome on Android"),
        ("curl/8.5.0", "the program curl"),
        ("Call +43 1 555 now: https://evil.example", "an unknown program"),
        ("", "an unknown program"),
    ],
)
def test_a_client_is_told_in_words(agent, words):
    """People read a browser and a system, and nothing that a stranger wrote for them to read."""
    assert in_words(agent) == words
