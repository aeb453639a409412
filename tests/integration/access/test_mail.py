"""Mail is delivered after what it tells of has happened, and a failing server stops nobody."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy import select

from tests.factories.mail import PASSWORD, MailServer, mailing
from tests.integration.access.mailer_contract import CANARY, MailerContract
from workbench.core.clock import now
from workbench.core.errors import Invalid, Unavailable
from workbench.core.mail import Mail, Mailer
from workbench.core.settings import Settings, load
from workbench.domains.access.drivers import open_mailer
from workbench.domains.access.drivers.folder import FolderMailer
from workbench.domains.access.models import OutgoingMail
from workbench.domains.access.service.outbox import MOST_TRIES, Outbox
from workbench.domains.admin.service.chores import deliver_mail
from workbench.home import open_home

MAIL = Mail("ann@example.org", "subject", CANARY)


@pytest.fixture
def smtp(server: MailServer) -> Settings:
    """Settings that name the server."""
    server.secure.clear()
    return mailing(Settings(), server)


class TestSmtp(MailerContract):
    """A mail server."""

    @pytest.fixture
    def mailer(self, smtp) -> Mailer:
        """As the settings open it."""
        return open_mailer(smtp)

    @pytest.fixture
    def arrived(self, server):
        """What the server took."""
        return lambda: server.messages

    @pytest.fixture
    def broken(self, mailer, server) -> Mailer:
        """The server repeats what it refuses."""
        server.refusing = True
        return mailer

    def test_it_is_sent_over_tls_from_the_address_of_the_settings(self, mailer, server):
        """STARTTLS comes before the sign-in, and the sender is `smtp_from`."""
        mailer.send(MAIL)

        assert server.secure == [True]
        assert server.messages[0]["From"] == "workbench@example.org"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"smtp_ca_file": ""},
            {"smtp_password": "wrong"},
            {"smtp_port": 1},
            {"smtp_security": "none", "smtp_user": ""},
        ],
    )
    def test_nothing_is_sent_to_a_server_that_is_not_trusted_or_does_not_trust(self, wrong, smtp, server):
        """A certificate of a stranger, a wrong password, a dead port and a refused plain connection end the attempt."""
        with pytest.raises(Unavailable) as caught:
            open_mailer(replace(smtp, **wrong)).send(MAIL)

        assert server.messages == []
        assert PASSWORD not in f"{caught.value}"

    @pytest.mark.parametrize("wrong", [{"smtp_security": "none"}, {"smtp_security": "ssl"}, {"smtp_from": "a, b"}])
    def test_settings_that_would_be_unsafe_or_unknown_are_refused(self, wrong, smtp):
        """No password is sent in the clear, and typing errors are told."""
        with pytest.raises(Invalid):
            open_mailer(replace(smtp, **wrong))

    def test_the_password_is_in_no_repr(self, smtp):
        """What lands in a traceback gives the password away neither by the settings nor by the mailer."""
        assert PASSWORD not in repr(smtp) + repr(open_mailer(smtp))


class TestFolder(MailerContract):
    """The home's folder."""

    folder: ClassVar[str] = "mail"

    @pytest.fixture
    def mailer(self, tmp_path) -> Mailer:
        """Without a server in the settings."""
        return open_mailer(Settings(home=tmp_path))

    @pytest.fixture
    def arrived(self, tmp_path):
        """What the files hold, oldest first."""
        return lambda: [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted((tmp_path / self.folder).glob("*.eml"))
        ]

    @pytest.fixture
    def broken(self, tmp_path) -> Mailer:
        """A file is where the folder should be."""
        (tmp_path / "taken").touch()
        return FolderMailer(tmp_path / "taken")

    def test_only_the_owner_reads_it(self, mailer, tmp_path):
        """The folder and the mails are closed to everybody else."""
        mailer.send(MAIL)

        folder = tmp_path / self.folder
        assert [path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())] == [0o700, 0o600]


@pytest.mark.usefixtures("any_database")
def test_mail_leaves_after_the_commit_and_never_without_it(workbench, tmp_path):
    """What was rolled back is not told of, and what was committed is, once."""
    outbox = Outbox(workbench, FolderMailer(tmp_path / "mail"))
    with suppress(ZeroDivisionError), workbench.unit_of_work() as db:
        outbox.post(db, MAIL)
        _ = 1 / 0
    with workbench.unit_of_work() as db:
        outbox.post(db, Mail("ann@example.org", "second", ""))
        assert not Path(tmp_path / "mail").exists()
    outbox.close()

    (only,) = (tmp_path / "mail").iterdir()
    assert b"Subject: second" in only.read_bytes()
    assert waiting(workbench) == []


def waiting(workbench):
    """How often each mail that waits was tried."""
    with workbench.read() as db:
        return list(db.scalars(select(OutgoingMail.tries)))


def test_a_mail_that_is_not_delivered_is_logged_without_what_it_says(workbench, tmp_path, caplog):
    """The log has the subject and the reason, the caller no error, and the next mail is tried."""
    (tmp_path / "taken").touch()
    outbox = Outbox(workbench, FolderMailer(tmp_path / "taken"))
    with caplog.at_level(logging.ERROR), workbench.unit_of_work() as db:
        outbox.post(db, MAIL)
        outbox.post(db, MAIL)
    outbox.close()

    assert [record.getMessage() for record in caplog.records] == [
        "a mail (subject) was not delivered: mail_not_delivered"
    ] * 2
    assert CANARY not in caplog.text


def test_a_mail_that_is_not_delivered_is_tried_again_later_and_at_last_given_up(workbench, tmp_path):
    """It waits longer each time, an hour at most; a server that comes back gets it, and one that never does is left."""
    folder = tmp_path / "mail"
    folder.touch()
    outbox = Outbox(workbench, FolderMailer(folder))
    with workbench.unit_of_work() as db:
        outbox.post(db, MAIL)
        outbox.post(db, Mail("ann@example.org", "hopeless", ""))
        hopeless = db.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
        hopeless.tries = MOST_TRIES - 1
    outbox.close()
    with workbench.unit_of_work() as db:
        (row,) = db.scalars(select(OutgoingMail))
        wait = row.due_at - now()
        row.due_at = now()
    folder.unlink()
    Outbox(workbench, FolderMailer(folder)).close()

    assert timedelta(seconds=30) < wait <= timedelta(minutes=1)
    (only,) = folder.iterdir()
    assert CANARY.encode() in only.read_bytes()
    assert waiting(workbench) == []


def test_a_mail_that_waits_shows_nobody_what_it_says(workbench, tmp_path):
    """The database has neither the text nor the address; with another key it is dropped."""
    (tmp_path / "taken").touch()
    outbox = Outbox(workbench, FolderMailer(tmp_path / "taken"))
    with workbench.unit_of_work() as db:
        outbox.post(db, MAIL)
    outbox.close()
    with workbench.unit_of_work() as db:
        (row,) = db.scalars(select(OutgoingMail))
        assert CANARY.encode() not in row.sealed
        assert b"ann@example.org" not in row.sealed
        row.key_id, row.due_at = "0" * 16, now()
    Outbox(workbench, FolderMailer(tmp_path / "mail")).close()

    assert waiting(workbench) == []
    assert not (tmp_path / "mail").exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from workbench.core.mail import Mail
from workbench.core.settings import load
from workbench.domains.access.service.outbox import Outbox
from workbench.home import open_home

class Dying:
    reaches_people = True
    def send(self, mail):
        os.kill(os.getpid(), signal.SIGKILL)

home = open_home(load({"home": Path(sys.argv[1])}, environ={}))
outbox = Outbox(home, Dying())
with home.unit_of_work() as db:
    outbox.post(db, Mail("ann@example.org", "subject", sys.argv[2]))
outbox.close()
"""


def test_a_mail_survives_the_end_of_the_process_that_was_to_send_it(tmp_path):
    """After kill -9 in the middle of a delivery the next process of the home delivers it, by its housekeeping."""
    home = tmp_path / "home"
    died = subprocess.run([sys.executable, "-c", KILLED, str(home), CANARY], timeout=60, check=False)
    workbench = open_home(load({"home": home}, environ={}))
    try:
        with workbench.unit_of_work() as db:
            db.scalars(select(OutgoingMail)).one().due_at = now()
        deliver_mail(workbench)
    finally:
        workbench.close()

    assert died.returncode == -signal.SIGKILL
    (only,) = (home / "mail").iterdir()
    assert CANARY.encode() in only.read_bytes()


def test_the_password_of_the_mail_server_is_not_shown(run_cli, environment):
    """`config show` says that there is one, and not which."""
    told = environment | {"WORKBENCH_SMTP_PASSWORD": PASSWORD}

    shown = run_cli("--json", "config", "show", "--origin", env=told)

    assert json.loads(shown.stdout)["smtp_password"]["value"] == "***"
    assert PASSWORD not in shown.stdout + shown.stderr
