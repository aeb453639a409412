"""Mail is delivered after what it tells of has happened, and a failing server stops nobody."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import ClassVar

import pytest

from tests.factories.mail import PASSWORD, MailServer, mailing
from tests.integration.access.mailer_contract import CANARY, MailerContract
from workbench.core.errors import Invalid, Unavailable
from workbench.core.mail import Mail, Mailer, Outbox
from workbench.core.settings import Settings
from workbench.domains.access.drivers import open_mailer
from workbench.domains.access.drivers.folder import FolderMailer

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


def test_mail_leaves_after_the_commit_and_never_without_it(workbench, tmp_path):
    """What was rolled back is not told of, and what was committed is."""
    outbox = Outbox(FolderMailer(tmp_path / "mail"))
    with suppress(ZeroDivisionError), workbench.unit_of_work() as db:
        outbox.post(db, MAIL)
        _ = 1 / 0
    with workbench.unit_of_work() as db:
        outbox.post(db, Mail("ann@example.org", "second", ""))
        assert not Path(tmp_path / "mail").exists()
    outbox.close()

    (only,) = (tmp_path / "mail").iterdir()
    assert b"Subject: second" in only.read_bytes()


def test_a_mail_that_is_not_delivered_is_logged_without_what_it_says(workbench, tmp_path, caplog):
    """The log has the subject and the reason, the caller no error, and the next mail is tried."""
    (tmp_path / "taken").touch()
    outbox = Outbox(FolderMailer(tmp_path / "taken"))
    with caplog.at_level(logging.ERROR), workbench.unit_of_work() as db:
        outbox.post(db, MAIL)
        outbox.post(db, MAIL)
    outbox.close()

    assert [record.getMessage() for record in caplog.records] == [
        "a mail (subject) was not delivered: mail_not_delivered"
    ] * 2
    assert CANARY not in caplog.text


def test_the_password_of_the_mail_server_is_not_shown(run_cli, environment):
    """`config show` says that there is one, and not which."""
    told = environment | {"WORKBENCH_SMTP_PASSWORD": PASSWORD}

    shown = run_cli("--json", "config", "show", "--origin", env=told)

    assert json.loads(shown.stdout)["smtp_password"]["value"] == "***"
    assert PASSWORD not in shown.stdout + shown.stderr
